package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/// Two devices with one folder, and what has to be true of them once they are at rest.
record DevicePair(ProcessDevice first, ProcessDevice second, Saves saves) {
  /// Files that nobody touches: with so many, nothing that a user deletes is most of the folder,
  /// for which there is the brake.
  private static final int OLD_FILES = 200;

  /// Shares a folder; both daemons run.
  void join() throws IOException, Failure {
    Path old = Files.createDirectories(first.folder.resolve(ProcessUser.UNTOUCHED));
    for (int i = 0; i < OLD_FILES; i++) {
      Path file = old.resolve("photo" + i);
      byte[] bytes = saves.fresh(8, false);
      Files.write(file, bytes);
      saves.owe(bytes, file);
    }
    first.shareWith(second, "work");
  }

  /// Waits until both have everything, and checks that nothing was lost, torn, invented or
  /// resurrected on the way there.
  void checkAtRest() throws Exception {
    first.awaitReady();
    second.awaitReady();
    first.awaitSynced();
    second.awaitSynced();
    checkAlike();
    assertThat(saves.torn(first.folder)).as("files with bytes that nobody saved").isEmpty();
    assertThat(saves.lost(List.of(first.folder, second.folder))).as("saved and lost").isEmpty();
    assertThat(saves.agreedOn(first.folder)).as("gone and come back").isEmpty();
  }

  /// Says of each path that differs what both devices have to say of it.
  private void checkAlike() throws IOException, Failure {
    Map<String, String> one = Saves.tree(first.folder);
    Map<String, String> other = Saves.tree(second.folder);
    if (one.equals(other)) return;
    var paths = new TreeSet<>(one.keySet());
    paths.addAll(other.keySet());
    var account = new StringBuilder("in sync, and yet they differ:\n");
    for (String path : paths) {
      if (Objects.equals(one.get(path), other.get(path))) continue;
      account.append("%s: %s, %s%n".formatted(path, one.get(path), other.get(path)));
      for (ProcessDevice device : both()) {
        account.append("  %s says %s%n".formatted(device.home, device.why(path)));
        account.append("  and holds %s there%n".formatted(Saves.children(device.folder, path)));
      }
    }
    for (ProcessDevice device : both()) {
      account.append("%s: %s%n".formatted(device.home, device.status()));
    }
    throw new AssertionError(account.toString());
  }

  /// Checks that `verify` finds all well on both.
  void verify() throws Failure {
    for (ProcessDevice device : List.of(first, second)) {
      assertThat(device.verify().objects("problems")).as("verify on " + device.home).isEmpty();
    }
  }

  List<ProcessDevice> both() {
    return List.of(first, second);
  }

  List<Path> folders() {
    return List.of(first.folder, second.folder);
  }
}
