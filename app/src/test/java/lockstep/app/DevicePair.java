package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Two devices with one folder, and what has to be true of them once they are at rest.
record DevicePair(ProcessDevice first, ProcessDevice second, Saves saves) {
  /// Shares a folder; both daemons run.
  void join() throws IOException, Failure {
    first.shareWith(second, "work");
  }

  /// Waits until both have everything, and checks that nothing was lost, torn, invented or
  /// resurrected on the way there.
  void checkAtRest() throws Exception {
    first.awaitReady();
    second.awaitReady();
    first.awaitSynced();
    second.awaitSynced();
    assertThat(Saves.tree(first.folder)).isEqualTo(Saves.tree(second.folder));
    assertThat(saves.torn(first.folder)).as("files with bytes that nobody saved").isEmpty();
    assertThat(saves.lost(List.of(first.folder, second.folder))).as("saved and lost").isEmpty();
    assertThat(saves.agreedOn(first.folder)).as("gone and come back").isEmpty();
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
