package lockstep.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import lockstep.base.Disk;
import lockstep.base.Disk.Kind;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/// What every adapter of the [Disk] port promises.
abstract class DiskContract {
  @TempDir Path home;
  Path root;
  Disk disk;

  abstract Disk open(Path root) throws IOException;

  @BeforeEach
  void openRoot() throws IOException {
    root = Files.createDirectory(home.resolve("root"));
    disk = open(root);
  }

  @AfterEach
  void close() throws IOException {
    disk.close();
  }

  @Test
  void what_stands_at_a_path_is_told_without_following_links() throws Exception {
    write("file", "12345");
    disk.makeDirectory(path("directory"), 0755);
    disk.makeSymlink(path("link"), "file");

    assertThat(disk.stat(path("file")).orElseThrow())
        .satisfies(
            stat -> {
              assertThat(stat.kind()).isEqualTo(Kind.FILE);
              assertThat(stat.size()).isEqualTo(5);
              assertThat(stat.links()).isEqualTo(1);
            });
    assertThat(kind("directory")).isEqualTo(Kind.DIRECTORY);
    assertThat(kind("link")).isEqualTo(Kind.SYMLINK);
    assertThat(kind("")).isEqualTo(Kind.DIRECTORY);
    assertThat(disk.stat(path("absent"))).isEmpty();
    assertThat(disk.stat(path("absent/below"))).isEmpty();
    assertThat(disk.stat(path("file/below"))).isEmpty();
  }

  @Test
  void a_link_on_the_way_is_refused_by_every_operation() throws Exception {
    Path outside = Files.createDirectory(home.resolve("outside"));
    Files.writeString(outside.resolve("victim"), "precious");
    Files.createSymbolicLink(root.resolve("link"), outside);
    write("own", "mine");
    RelPath victim = path("link/victim");
    RelPath fresh = path("link/fresh");

    List<Attempt> attempts =
        List.of(
            () -> disk.stat(victim),
            () -> disk.list(path("link")),
            () -> disk.open(victim),
            () -> disk.openForWriting(victim),
            () -> disk.create(fresh, 0644),
            () -> disk.makeDirectory(fresh, 0755),
            () -> disk.makeSymlink(fresh, "x"),
            () -> disk.readSymlink(victim),
            () -> disk.rename(path("own"), fresh),
            () -> disk.rename(victim, path("stolen")),
            () -> disk.remove(victim),
            () -> disk.setMode(victim, 0777),
            () -> disk.setModified(victim, 0),
            () -> disk.syncDirectory(path("link")));
    for (Attempt attempt : attempts) {
      assertThatThrownBy(attempt::run).isInstanceOf(IOException.class);
    }
    assertThat(Files.list(outside)).hasSize(1);
    assertThat(Files.readString(outside.resolve("victim"))).isEqualTo("precious");
  }

  @Test
  void a_link_at_the_end_is_never_opened_nor_changed_through() throws Exception {
    write("target", "precious");
    disk.setMode(path("target"), 0640);
    disk.makeSymlink(path("link"), "target");

    assertThatThrownBy(() -> disk.open(path("link"))).isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> disk.openForWriting(path("link")))
        .isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> disk.create(path("link"), 0600))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk.setMode(path("link"), 0777))
        .isInstanceOf(FileSystemException.class);
    assertThat(disk.stat(path("target")).orElseThrow().mode()).isEqualTo(0640);
  }

  @Test
  void errors_have_the_types_that_callers_rely_on() throws Exception {
    write("file", "x");
    disk.makeDirectory(path("full"), 0755);
    write("full/child", "x");

    assertThatThrownBy(() -> disk.open(path("absent"))).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.open(path("file/child"))).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.create(path("absent/new"), 0600))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.remove(path("absent"))).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.remove(path("full")))
        .isInstanceOf(DirectoryNotEmptyException.class);
    assertThatThrownBy(() -> disk.create(path("file"), 0600))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk.makeDirectory(path("file"), 0700))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk.makeSymlink(path("file"), "x"))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk.list(path("file"))).isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> disk.list(path("absent"))).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.open(path("full"))).isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> disk.openForWriting(path("full")))
        .isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> disk.readSymlink(path("file")))
        .isInstanceOf(FileSystemException.class);
  }

  @Test
  void a_directory_lists_every_entry_once_whatever_their_number() throws Exception {
    assertThat(disk.list(RelPath.ROOT)).isEmpty();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 3000; i++) {
      String name = "entry-" + i + "-" + "y".repeat(i % 200);
      names.add(name);
      Files.createFile(root.resolve(name));
    }

    List<Disk.Listed> listed = disk.list(RelPath.ROOT);

    assertThat(listed).hasSize(3000).allMatch(Disk.Listed::representable);
    assertThat(listed.stream().map(Disk.Listed::name).collect(Collectors.toSet())).isEqualTo(names);
    Disk.Listed one = listed.getFirst();
    assertThat(disk.stat(path(one.name()))).contains(one.stat());
  }

  @ParameterizedTest
  @SeedSource(count = 40)
  void odd_names_are_kept_to_the_byte(long seed) throws Exception {
    var gen = new Gen(seed);
    RelPath directory = path(gen.name());
    disk.makeDirectory(directory, 0755);
    RelPath file = directory.resolve(gen.name());
    byte[] content = gen.bytes(gen.between(0, 100));
    try (DiskFile created = disk.create(file, 0644)) {
      created.write(content, 0, content.length, 0);
    }

    assertThat(disk.list(directory))
        .singleElement()
        .satisfies(
            listed -> {
              assertThat(listed.name()).isEqualTo(file.name());
              assertThat(listed.representable()).isTrue();
            });
    RelPath moved = path("moved");
    disk.rename(file, moved);
    assertThat(Files.readAllBytes(root.resolve("moved"))).isEqualTo(content);
  }

  @Test
  void a_rename_never_replaces() throws Exception {
    write("a", "A");
    write("b", "B");
    disk.makeDirectory(path("empty"), 0755);
    disk.makeDirectory(path("tree"), 0755);
    write("tree/leaf", "L");

    assertThatThrownBy(() -> disk.rename(path("a"), path("b")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk.rename(path("tree"), path("empty")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk.rename(path("absent"), path("c")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.rename(path("a"), path("absent/c")))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(read("a") + read("b")).isEqualTo("AB");

    disk.rename(path("tree"), path("moved"));
    disk.makeSymlink(path("link"), "nowhere");
    disk.rename(path("link"), path("moved/link"));
    assertThat(read("moved/leaf")).isEqualTo("L");
    assertThat(disk.readSymlink(path("moved/link"))).isEqualTo("nowhere");
    assertThat(disk.stat(path("tree"))).isEmpty();
  }

  @Test
  void everything_can_be_removed_but_what_holds_something() throws Exception {
    write("file", "x");
    disk.makeDirectory(path("directory"), 0755);
    disk.makeSymlink(path("dangling"), "/nowhere/at/all");
    disk.makeSymlink(path("toDirectory"), "directory");

    for (String name : List.of("file", "dangling", "toDirectory", "directory")) {
      disk.remove(path(name));
    }

    assertThat(disk.list(RelPath.ROOT)).isEmpty();
  }

  @Test
  void modes_are_exact_whatever_the_umask() throws Exception {
    for (int mode : new int[] {0400, 0600, 0644, 0666, 0755, 0777}) {
      String name = "file" + mode;
      disk.create(path(name), mode).close();
      assertThat(disk.stat(path(name)).orElseThrow().mode()).isEqualTo(mode);
    }
    disk.makeDirectory(path("directory"), 0777);
    assertThat(disk.stat(path("directory")).orElseThrow().mode()).isEqualTo(0777);
    disk.setMode(path("directory"), 0710);
    assertThat(disk.stat(path("directory")).orElseThrow().mode()).isEqualTo(0710);
    try (DiskFile file = disk.openForWriting(path("file" + 0600))) {
      file.setMode(0751);
      assertThat(file.stat().mode()).isEqualTo(0751);
    }
  }

  @Test
  void modification_times_are_kept_to_the_nanosecond() throws Exception {
    write("file", "x");
    for (long nanos : new long[] {0, 1, 1_700_000_000_123_456_789L}) {
      disk.setModified(path("file"), nanos);
      assertThat(disk.stat(path("file")).orElseThrow().modifiedNanos()).isEqualTo(nanos);
      try (DiskFile file = disk.openForWriting(path("file"))) {
        file.setModified(nanos + 1);
        assertThat(file.stat().modifiedNanos()).isEqualTo(nanos + 1);
      }
    }
  }

  @ParameterizedTest
  @SeedSource(count = 25)
  void a_file_holds_what_was_written_at_each_position(long seed) throws Exception {
    var gen = new Gen(seed);
    byte[] model = new byte[600_000];
    int size = 0;
    try (DiskFile file = disk.create(path("file"), 0600)) {
      for (int i = 0; i < 12; i++) {
        int position = gen.between(0, 300_000);
        byte[] bytes = gen.bytes(gen.between(1, 300_000));
        file.write(bytes, 0, bytes.length, position);
        System.arraycopy(bytes, 0, model, position, bytes.length);
        size = Math.max(size, position + bytes.length);
        if (gen.chance(20)) {
          int cut = gen.between(0, size);
          file.truncate(cut);
          Arrays.fill(model, cut, size, (byte) 0);
          size = cut;
        }
      }
      byte[] found = new byte[model.length];
      int read = file.read(found, 0, found.length, 0);
      assertThat(read).isEqualTo(size == 0 ? -1 : size);
      assertThat(found).isEqualTo(model);
      assertThat(file.stat().size()).isEqualTo(size);
      assertThat(file.read(found, 0, 1, size)).isEqualTo(-1);
    }
    assertThat(Files.size(root.resolve("file"))).isEqualTo(size);
  }

  @ParameterizedTest
  @SeedSource(count = 20)
  void a_copied_range_equals_its_source(long seed) throws Exception {
    var gen = new Gen(seed);
    byte[] bytes = gen.bytes(gen.between(1, 400_000));
    int from = gen.between(0, bytes.length - 1);
    int length = gen.between(0, bytes.length - from);
    int to = gen.between(0, 10_000);
    try (DiskFile source = disk.create(path("source"), 0600);
        DiskFile target = disk.create(path("target"), 0600)) {
      source.write(bytes, 0, bytes.length, 0);
      target.copyFrom(source, from, to, length);
      byte[] found = new byte[length];
      assertThat(Math.max(0, target.read(found, 0, length, to))).isEqualTo(length);
      assertThat(found).isEqualTo(Arrays.copyOfRange(bytes, from, from + length));
      assertThatThrownBy(() -> target.copyFrom(source, from, to, bytes.length - from + 1))
          .isInstanceOf(EOFException.class);
    }
  }

  @Test
  void a_file_opened_for_reading_takes_no_bytes_and_a_closed_one_nothing() throws Exception {
    write("file", "x");
    DiskFile file = disk.open(path("file"));
    assertThatThrownBy(() -> file.write(new byte[1], 0, 1, 0)).isInstanceOf(Exception.class);
    file.close();
    file.close();
    assertThatThrownBy(() -> file.read(new byte[1], 0, 1, 0)).isInstanceOf(IOException.class);
    assertThat(read("file")).isEqualTo("x");
  }

  @Test
  void syncing_succeeds_on_a_healthy_disk() throws Exception {
    disk.makeDirectory(path("directory"), 0755);
    try (DiskFile file = disk.create(path("directory/file"), 0600)) {
      file.write(new byte[10], 0, 10, 0);
      file.sync();
      file.write(new byte[10], 0, 10, 10);
      disk.syncAll();
    }
    disk.syncDirectory(path("directory"));
    disk.syncDirectory(RelPath.ROOT);
    disk.remove(path("directory/file"));
    disk.remove(path("directory"));
    disk.syncAll();
    assertThat(disk.usableBytes()).isPositive();
  }

  @Test
  void link_targets_are_kept_as_they_are() throws Exception {
    List<String> targets = new ArrayList<>(List.of("..", "a//b/", "caf\u00e9 \uD83D\uDE00"));
    targets.add("x/".repeat(100) + "end");
    for (int i = 0; i < targets.size(); i++) {
      disk.makeSymlink(path("link" + i), targets.get(i));
      assertThat(disk.readSymlink(path("link" + i)).replaceAll("/+$", ""))
          .isEqualTo(
              targets
                  .get(i)
                  .replace("a//b", keepsSlashes() ? "a//b" : "a/b")
                  .replaceAll("/+$", ""));
    }
  }

  /// Whether link targets keep doubled slashes, which `java.nio.file` drops.
  abstract boolean keepsSlashes();

  interface Attempt {
    void run() throws IOException;
  }

  static RelPath path(String text) {
    return RelPath.of(text);
  }

  Kind kind(String path) throws IOException {
    return disk.stat(path(path)).orElseThrow().kind();
  }

  void write(String path, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (DiskFile file = disk.create(path(path), 0644)) {
      file.write(bytes, 0, bytes.length, 0);
    }
  }

  String read(String path) throws IOException {
    return Files.readString(root.resolve(path));
  }
}
