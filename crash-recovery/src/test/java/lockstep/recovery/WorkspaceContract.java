package lockstep.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.CorruptStoreException;
import lockstep.base.Disk;
import lockstep.base.RelPath;
import lockstep.base.TimeSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a workspace promises, with and without an atomic exchange beneath.
abstract class WorkspaceContract {
  @TempDir Path home;
  Path root;
  Disk real;
  Disk disk;
  Workspace workspace;
  Instant now = Instant.parse("2026-01-01T00:00:00Z");
  HookedDisk.Hook hook = _ -> {};
  int operations;

  abstract Disk open(Path root) throws IOException;

  @BeforeEach
  void openWorkspace() throws IOException {
    root = Files.createDirectory(home.resolve("root"));
    real = open(root);
    disk = HookedDisk.of(real, _ -> hook.before(operations++));
    workspace = Workspace.open(disk, new Clock());
  }

  void reopen() throws IOException {
    workspace = Workspace.open(disk, new Clock());
  }

  private final class Clock implements TimeSource {
    @Override
    public Instant wallTime() {
      return now;
    }

    @Override
    public long monotonicNanos() {
      return 0;
    }
  }

  @Test
  void a_new_file_appears_where_nothing_stood() throws Exception {
    stage("s", "fresh");
    Outcome outcome = workspace.install("s", path("f"), Optional.empty());

    assertThat(outcome).isEqualTo(new Outcome.Installed(stat("f"), Optional.empty()));
    assertThat(read("f")).isEqualTo("fresh");
    assertThat(workspace.stagedIds()).isEmpty();
    assertThat(workspace.history()).isEmpty();
  }

  @Test
  void a_name_that_was_taken_meanwhile_stays_as_it_is() throws Exception {
    Files.writeString(root.resolve("f"), "user's");
    stage("s", "fresh");

    assertThat(workspace.install("s", path("f"), Optional.empty()))
        .isEqualTo(new Outcome.Changed(Optional.of(stat("f"))));
    assertThat(read("f")).isEqualTo("user's");
    assertThat(workspace.stagedIds()).containsExactly("s");
  }

  @Test
  void a_small_file_is_written_whole_or_not_at_all_whatever_fails() throws Exception {
    byte[] text = "whole".getBytes(StandardCharsets.UTF_8);
    for (int failing = 0; ; failing++) {
      int last = operations + failing;
      hook =
          n -> {
            if (n == last) throw new IOException("it fails");
          };
      try {
        workspace.write(path("f"), text, 0644, "s");
        break;
      } catch (IOException expected) {
        if (!Files.exists(root.resolve("f"))) continue;
        assertThat(read("f")).isEqualTo("whole");
        Files.delete(root.resolve("f"));
      }
    }
    hook = _ -> {};
    assertThat(read("f")).isEqualTo("whole");
    assertThat(workspace.stagedIds()).isEmpty();
    assertThatThrownBy(() -> workspace.write(path("f"), text, 0644, "s"))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void what_is_replaced_goes_to_history_as_the_same_inode() throws Exception {
    Files.writeString(root.resolve("f"), "before");
    Disk.Stat before = stat("f");
    stage("s", "after");

    var installed = (Outcome.Installed) workspace.install("s", path("f"), Optional.of(before));

    HistoryItem item = installed.displaced().orElseThrow();
    assertThat(read("f")).isEqualTo("after");
    assertThat(installed.now()).isEqualTo(stat("f"));
    assertThat(item.path()).isEqualTo(path("f"));
    assertThat(stat(item.place().toString()).inode()).isEqualTo(before.inode());
    assertThat(read(item.place().toString())).isEqualTo("before");
    assertThat(workspace.history()).containsExactly(item);
  }

  @Test
  void what_is_replaced_while_it_is_read_only_has_the_expected_mode_in_history() throws Exception {
    Files.writeString(root.resolve("f"), "old");
    Disk.Stat before = stat("f").withMode(0664);
    disk.setMode(path("f"), 0444);
    stage("s", "new");

    var installed = (Outcome.Installed) workspace.install("s", path("f"), Optional.of(before));

    HistoryItem item = installed.displaced().orElseThrow();
    assertThat(item.stat().mode()).isEqualTo(0664);
    assertThat(disk.stat(item.place()).orElseThrow().mode()).isEqualTo(0664);
  }

  @Test
  void who_saves_twice_while_a_read_only_file_is_replaced_has_the_expected_mode_in_history()
      throws Exception {
    int kept = 0;
    for (int moment = 0; moment < 12; moment++) {
      RelPath name = path("f" + moment);
      Path target = root.resolve(name.toString());
      Files.writeString(target, "old");
      Disk.Stat before = stat(name.toString()).withMode(0664);
      try (var opened = Files.newOutputStream(target, StandardOpenOption.APPEND)) {
        disk.setMode(name, 0444);
        stage("s", "new");
        operations = 0;
        int at = moment;
        hook =
            n -> {
              if (n == at) {
                opened.write('!');
                Interference.SAVE_BY_RENAME.happen(target, 2);
              }
            };
        workspace.install("s", name, Optional.of(before));
        hook = _ -> {};
      }

      for (HistoryItem item : workspace.history()) {
        Disk.Stat now = real.stat(item.place()).orElseThrow();
        if (now.inode() == before.inode()) {
          assertThat(now.mode()).as("when saved at operation " + moment).isEqualTo(0664);
          kept++;
        }
      }
      workspace.expireHistory(Duration.ZERO, 0, _ -> false);
      workspace.discard("s");
    }
    assertThat(kept).isPositive();
  }

  @Test
  void a_target_that_changed_since_is_left_alone() throws Exception {
    Files.writeString(root.resolve("f"), "before");
    Disk.Stat before = stat("f");
    Files.writeString(root.resolve("f"), "newer work");
    stage("s", "after");

    assertThat(workspace.install("s", path("f"), Optional.of(before)))
        .isEqualTo(new Outcome.Changed(Optional.of(stat("f"))));
    assertThat(workspace.retire(path("f"), before))
        .isEqualTo(new Outcome.Changed(Optional.of(stat("f"))));
    assertThat(read("f")).isEqualTo("newer work");

    Files.delete(root.resolve("f"));
    assertThat(workspace.install("s", path("f"), Optional.of(before)))
        .isEqualTo(new Outcome.Changed(Optional.empty()));
    assertThat(workspace.retire(path("f"), before))
        .isEqualTo(new Outcome.Changed(Optional.empty()));
    assertThat(workspace.stagedIds()).containsExactly("s");
    assertThat(workspace.history()).isEmpty();
  }

  @Test
  void links_are_staged_installed_and_retired_as_links() throws Exception {
    workspace.stageSymlink("s", "over/there");
    workspace.install("s", path("link"), Optional.empty());
    assertThat(disk.readSymlink(path("link"))).isEqualTo("over/there");

    workspace.stageSymlink("s", "elsewhere");
    workspace.install("s", path("link"), Optional.of(stat("link")));
    assertThat(disk.readSymlink(path("link"))).isEqualTo("elsewhere");

    var retired = (Outcome.Retired) workspace.retire(path("link"), stat("link"));
    assertThat(disk.stat(path("link"))).isEmpty();
    assertThat(disk.readSymlink(retired.displaced().orElseThrow().place())).isEqualTo("elsewhere");
  }

  @Test
  void a_directory_is_removed_only_when_empty() throws Exception {
    disk.makeDirectory(path("d"), 0755);
    Disk.Stat before = stat("d");
    Files.writeString(root.resolve("d/late"), "x");
    assertThatThrownBy(() -> workspace.retire(path("d"), before))
        .isInstanceOf(DirectoryNotEmptyException.class);

    Files.delete(root.resolve("d/late"));
    assertThat(workspace.retire(path("d"), before))
        .isEqualTo(new Outcome.Retired(Optional.empty()));
    assertThat(disk.stat(path("d"))).isEmpty();
    assertThatThrownBy(() -> workspace.install("s", path("d"), Optional.of(before)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void what_was_staged_long_ago_and_is_not_needed_goes() throws Exception {
    stage("s", "fresh");
    stage("t", "fresh");
    disk.setModified(path(".lockstep/staging/t"), 0); // the time of the version, not of the staging

    now = Instant.now();
    assertThat(workspace.discardOlder(Duration.ofDays(1), _ -> true)).isZero();
    now = now.plus(Duration.ofDays(2));
    assertThat(workspace.discardOlder(Duration.ofDays(1), "t"::equals)).isEqualTo(1);
    assertThat(workspace.stagedIds()).containsExactly("s");
  }

  /// Every way in which somebody else can change a file.
  private enum Interference {
    SAVE_BY_RENAME,
    SAVE_IN_PLACE,
    DELETE;

    /// @return the text that must not be lost, if any
    Optional<String> happen(Path target, int number) throws IOException {
      String text = "user's save " + number;
      switch (this) {
        case SAVE_BY_RENAME -> {
          Path fresh = target.resolveSibling("editor's temporary file");
          Files.writeString(fresh, text);
          Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING);
        }
        case SAVE_IN_PLACE ->
            Files.writeString(target, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        case DELETE -> Files.deleteIfExists(target);
      }
      return this == DELETE ? Optional.empty() : Optional.of(text);
    }
  }

  @Test
  void whoever_saves_in_the_middle_of_an_install_loses_nothing() throws Exception {
    int cases = 0;
    for (Interference first : Interference.values()) {
      for (Interference second : Interference.values()) {
        for (int a = 0; a < 11; a++) {
          for (int b = a; b < 11; b++) {
            installWithInterference(first, a, second, b, path("f" + cases++));
          }
        }
      }
    }
  }

  private void installWithInterference(
      Interference first, int a, Interference second, int b, RelPath name) throws IOException {
    Path target = root.resolve(name.toString());
    Files.writeString(target, "original");
    Disk.Stat before = real.stat(name).orElseThrow();
    stage(name.toString(), "fresh");
    List<Optional<String>> saved = new ArrayList<>();
    operations = 0;
    hook =
        n -> {
          if (n == a) saved.add(first.happen(target, 1));
          if (n == b) saved.add(second.happen(target, 2));
        };
    Outcome outcome = workspace.install(name.toString(), name, Optional.of(before));
    hook = _ -> {};

    String everything = everything(name);
    Optional<String> last = saved.isEmpty() ? Optional.of("fresh") : saved.getLast();
    last.ifPresent(text -> assertThat(everything).contains(text));
    if (saved.isEmpty()) {
      assertThat(outcome).isInstanceOf(Outcome.Installed.class);
      assertThat(everything).isEqualTo("fresh|original");
    }
    if (outcome instanceof Outcome.Installed(Disk.Stat now, _)) {
      assertThat(now.size()).as("what was installed, not a later save").isEqualTo(5);
    }
    workspace.discard(name.toString());
    if (Files.exists(target) && saved.size() == 1 && outcome instanceof Outcome.Changed) {
      assertThat(Files.readString(target)).contains("user's save 1");
    }
    for (HistoryItem item : workspace.history()) {
      assertThat(real.stat(item.place())).isPresent();
    }
    workspace.expireHistory(Duration.ofDays(30), 10, _ -> false);
  }

  @Test
  void the_last_of_several_saves_in_the_middle_of_an_install_keeps_the_name() throws Exception {
    int cases = 0;
    for (int a = 0; a < 10; a++) {
      for (int b = a + 1; b < 11; b++) {
        for (int c = b + 1; c < 12; c++) {
          installWithSaves(List.of(a, b, c), path("g" + cases++));
        }
      }
    }
  }

  private void installWithSaves(List<Integer> moments, RelPath name) throws IOException {
    Path target = root.resolve(name.toString());
    Files.writeString(target, "original");
    Disk.Stat before = real.stat(name).orElseThrow();
    stage(name.toString(), "fresh");
    List<String> saved = new ArrayList<>();
    operations = 0;
    hook =
        n -> {
          if (moments.contains(n)) {
            saved.add("saved" + "!".repeat(n)); // no two are of one size
            Path fresh = target.resolveSibling("editor's temporary file");
            Files.writeString(fresh, saved.getLast());
            Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING);
          }
        };
    workspace.install(name.toString(), name, Optional.of(before));
    hook = _ -> {};

    assertThat(read(name.toString())).isEqualTo(saved.isEmpty() ? "fresh" : saved.getLast());
    workspace.discard(name.toString());
  }

  /// All texts at the path and in its history.
  private String everything(RelPath path) throws IOException {
    List<String> texts = new ArrayList<>();
    if (Files.exists(root.resolve(path.toString()))) {
      texts.add(read(path.toString()));
    }
    for (HistoryItem item : workspace.history()) {
      if (item.path().equals(path)) {
        texts.add(read(item.place().toString()));
      }
    }
    return String.join("|", texts);
  }

  @Test
  void whoever_saves_in_the_middle_of_a_retirement_loses_nothing() throws Exception {
    for (Interference interference : Interference.values()) {
      for (int a = 0; a < 10; a++) {
        RelPath name = path(interference + "-" + a);
        Path target = root.resolve(name.toString());
        Files.writeString(target, "original");
        Disk.Stat before = real.stat(name).orElseThrow();
        operations = 0;
        int moment = a;
        List<Optional<String>> saved = new ArrayList<>();
        hook =
            n -> {
              if (n == moment) saved.add(interference.happen(target, 1));
            };
        workspace.retire(name, before);
        hook = _ -> {};

        String everything = everything(name);
        saved.forEach(save -> save.ifPresent(text -> assertThat(everything).contains(text)));
        if (saved.isEmpty()) {
          assertThat(everything).isEqualTo("original");
        }
      }
    }
  }

  @Test
  void a_power_cut_in_the_middle_of_an_install_leaves_both_contents() throws Exception {
    for (int n = 0; ; n++) {
      RelPath name = path("f" + n);
      Files.writeString(root.resolve(name.toString()), "original");
      Optional<Disk.Stat> before = real.stat(name);
      stage("s", "fresh");
      operations = 0;
      int moment = n;
      hook =
          now -> {
            if (now >= moment) throw new HookedDisk.PowerCut();
          };
      boolean survived = installs(name, before, "power cut");
      hook = _ -> {};
      reopen();
      workspace.rescue("s", name);
      reopen();

      assertThat(everything(name).split("\\|")).containsExactlyInAnyOrder("original", "fresh");
      if (survived) {
        assertThat(n).as("operations cut").isGreaterThan(2);
        return;
      }
    }
  }

  /// Who goes on afterwards may use the name in staging again, as a download of that content does.
  @Test
  void a_disk_that_fails_in_the_middle_of_an_install_loses_nothing() throws Exception {
    for (int n = 0; ; n++) {
      RelPath name = path("f" + n);
      Path target = root.resolve(name.toString());
      Files.writeString(target, "original");
      Optional<Disk.Stat> before = real.stat(name);
      stage("s", "fresh");
      failFrom(n);
      boolean survived;
      try (var open = FileChannel.open(target, StandardOpenOption.WRITE)) {
        survived = installs(name, before, "sick disk");
        hook = _ -> {};
        open.write(ByteBuffer.wrap("newest save".getBytes(StandardCharsets.UTF_8)));
      }
      try {
        workspace.discard("s");
      } catch (IOException halfWrittenCatalogue) { // which is mended by that
        workspace.discard("s");
      }

      assertThat(everything(name).split("\\|")).contains("newest save");
      if (!Files.exists(target) || !read(name.toString()).equals("newest save")) {
        assertThat(workspace.lookAtDisplaced().changed())
            .as("newer work than was displaced")
            .extracting(HistoryItem::path)
            .contains(name);
      }
      if (survived) {
        assertThat(n).as("operations that failed").isGreaterThan(2);
        return;
      }
    }
  }

  /// What was put there all the same would pass for something that its user did.
  @Test
  void what_a_disk_that_fails_once_did_is_not_called_done_by_others() throws Exception {
    for (int n = 0; ; n++) {
      RelPath name = path("f" + n);
      Files.writeString(root.resolve(name.toString()), "original");
      Optional<Disk.Stat> before = real.stat(name);
      stage("s", "fresh");
      failAt(n);
      boolean survived = installs(name, before, "sick disk");
      hook = _ -> {};
      workspace.discard("s");

      if (survived) {
        assertThat(read(name.toString())).isEqualTo("fresh");
        assertThat(n).as("operations that failed").isGreaterThan(2);
        return;
      }
    }
  }

  @Test
  void nor_does_it_lose_what_its_user_saves_twice_meanwhile() throws Exception {
    boolean everSurvived = false;
    for (int first = 0; first < 9; first++) {
      for (int second = first + 1; second < 10; second++) {
        for (int failing = second; failing < 11; failing++) {
          RelPath name = path("f-" + first + "-" + second + "-" + failing);
          everSurvived |= installs(name, Map.of(first, "one", second, "the newest"), failing);
        }
      }
    }
    assertThat(everSurvived).isTrue();
  }

  /// Its user saves in place before some operations, and the disk fails from another on.
  ///
  /// @return whether that was too late
  private boolean installs(RelPath name, Map<Integer, String> saves, int failing) throws Exception {
    Path target = root.resolve(name.toString());
    Files.writeString(target, "original");
    Optional<Disk.Stat> before = real.stat(name);
    stage("s", "fresh");
    operations = 0;
    var saved = new HashSet<String>();
    hook =
        now -> {
          String save = saves.get(now);
          if (save != null && Files.exists(target)) {
            Files.writeString(target, save);
            saved.add(save);
          }
          if (now >= failing) throw new IOException("sick disk");
        };
    boolean survived = installs(name, before, "sick disk");
    hook = _ -> {};
    for (boolean isGone = false; !isGone; ) {
      try {
        workspace.discard("s");
        isGone = true;
      } catch (IOException halfWrittenCatalogue) {
        // which is mended by that
      }
    }
    if (saved.contains("the newest") && !isVisible(target, "the newest")) {
      assertThat(everything(name)).contains("the newest");
      assertThat(workspace.lookAtDisplaced().changed())
          .as("%s: newer work than was displaced", name)
          .extracting(HistoryItem::path)
          .contains(name);
    }
    return survived;
  }

  private static boolean isVisible(Path file, String content) throws IOException {
    return Files.exists(file) && Files.readString(file).equals(content);
  }

  /// @return whether what was staged is installed, and the disk has not failed for that reason
  private boolean installs(RelPath name, Optional<Disk.Stat> before, String reason) {
    try {
      workspace.install("s", name, before);
      return true;
    } catch (IOException failed) {
      assertThat(failed).hasStackTraceContaining(reason);
      return false;
    }
  }

  private void failAt(int n) {
    operations = 0;
    hook =
        now -> {
          if (now == n) throw new IOException("sick disk");
        };
  }

  private void failFrom(int n) {
    operations = 0;
    hook =
        now -> {
          if (now >= n) throw new IOException("sick disk");
        };
  }

  @Test
  void staged_files_stay_over_a_restart_until_discarded() throws Exception {
    stage("one", "half of");
    reopen();

    assertThat(workspace.stagedIds()).containsExactly("one");
    try (StagedFile file = workspace.staged("one").orElseThrow()) {
      assertThat(file.file().stat().mode()).isEqualTo(0600);
      assertThat(file.file().stat().size()).isEqualTo(7);
      file.discard();
    }
    assertThat(workspace.staged("one")).isEmpty();
    assertThat(workspace.stagedIds()).isEmpty();
    workspace.discard("one");
    for (String id : List.of("", "a/b", "..", ".hidden", "x".repeat(201), "caf\u00e9")) {
      assertThatThrownBy(() -> workspace.stage(id)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void history_is_remembered_over_a_restart() throws Exception {
    HistoryItem item = displace("f", "old");
    workspace.close();
    reopen();

    assertThat(workspace.history()).containsExactly(item);
    assertThat(displace("g", "x").id()).isGreaterThan(item.id());
  }

  @Test
  void files_and_catalogue_that_disagree_after_a_crash_are_reconciled() throws Exception {
    HistoryItem lost = displace("f", "lost");
    HistoryItem kept = displace("g", "kept");
    workspace.close();
    Files.delete(root.resolve(lost.place().toString()));
    Files.writeString(root.resolve(".lockstep/history/files/00000000000000ff"), "orphan");
    reopen();

    assertThat(workspace.history())
        .extracting(HistoryItem::id)
        .containsExactly(kept.id(), "00000000000000ff");
    HistoryItem orphan = workspace.history().getLast();
    assertThat(orphan.path()).isEqualTo(orphan.place());
    assertThat(displace("h", "x").id()).isEqualTo("0000000000000100");
  }

  @Test
  void a_file_that_somebody_put_among_the_history_is_kept_and_keeps_nothing_from_opening()
      throws Exception {
    workspace.close();
    Files.writeString(root.resolve(".lockstep/history/files/notes.txt"), "a stranger");
    reopen();
    HistoryItem next = displace("f", "old");
    workspace.close();
    reopen();

    assertThat(workspace.history())
        .extracting(HistoryItem::id)
        .containsExactly("0000000000000001", "notes.txt");
    assertThat(displace("g", "x").id()).isGreaterThan(next.id());
  }

  @Test
  void history_expires_by_age_and_by_size_but_never_what_is_pinned() throws Exception {
    HistoryItem old = displace("f", "old");
    HistoryItem pinned = displace("g", "pinned");
    now = now.plus(Duration.ofDays(31));
    HistoryItem young = displace("h", "young");

    assertThat(workspace.expireHistory(Duration.ofDays(30), 10, item -> item.equals(pinned)))
        .containsExactly(old);
    assertThat(workspace.history()).containsExactly(pinned, young);
    assertThat(disk.stat(old.place())).isEmpty();
    workspace.close();
    reopen();
    assertThat(workspace.history()).containsExactly(pinned, young);
  }

  @Test
  void what_is_excluded_is_written_whole_and_read_back() throws Exception {
    assertThat(Workspace.exclude(disk)).isEmpty();
    workspace.writeExclude("/renders\n");
    String many = "/a long name that is repeated\n".repeat(1000);
    workspace.writeExclude(many);
    assertThat(Workspace.exclude(disk)).isEqualTo(many);
    assertThat(root.resolve(".lockstep/exclude")).hasContent(many);
    assertThat(root.resolve(".lockstep/exclude.new")).doesNotExist();
    assertThatThrownBy(() -> workspace.writeExclude("x".repeat(Workspace.EXCLUDE_BYTES_MAX + 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_marker_says_which_folder_this_is() throws Exception {
    assertThat(workspace.marker()).isEmpty();
    workspace.writeMarker("first");
    workspace.writeMarker("second\nwith more");
    assertThat(workspace.marker()).contains("second\nwith more");

    Path marker = root.resolve(".lockstep/folder");
    Files.writeString(marker, "lockstep-folder 1.7\nid\n");
    assertThat(workspace.marker()).contains("id");
    Files.writeString(marker, "lockstep-folder 2.0\nid\n");
    assertThatThrownBy(() -> workspace.marker()).hasMessageContaining("newer Lockstep");
    Files.writeString(marker, "lockstep");
    assertThatThrownBy(() -> workspace.marker()).isInstanceOf(CorruptStoreException.class);
  }

  @Test
  void a_link_where_the_workspace_belongs_is_refused() throws Exception {
    Path other = Files.createDirectory(home.resolve("other"));
    Path outside = Files.createDirectory(home.resolve("outside"));
    Files.createSymbolicLink(other.resolve(".lockstep"), outside);

    assertThatThrownBy(() -> Workspace.open(open(other))).isInstanceOf(FileSystemException.class);
    assertThat(Files.list(outside)).isEmpty();
  }

  HistoryItem displace(String name, String text) throws IOException {
    Files.writeString(root.resolve(name), text);
    var retired = (Outcome.Retired) workspace.retire(path(name), stat(name));
    return retired.displaced().orElseThrow();
  }

  void stage(String id, String text) throws IOException {
    try (StagedFile staged = workspace.stage(id)) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      staged.file().write(bytes, 0, bytes.length, 0);
    }
  }

  Disk.Stat stat(String path) throws IOException {
    return disk.stat(path(path)).orElseThrow();
  }

  String read(String path) throws IOException {
    return Files.readString(root.resolve(path));
  }

  static RelPath path(String text) {
    return RelPath.of(text);
  }
}
