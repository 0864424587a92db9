package lockstep.app;

import java.util.concurrent.Callable;

/// One command: runs, prints its answer, and ends with an exit code or a [Failure].
abstract class Task implements Callable<Integer> {
  static final int DONE = 0;

  private final Root root;

  Task(Root root) {
    this.root = root;
  }

  @Override
  public abstract Integer call() throws Exception;

  final Root root() {
    return root;
  }

  final Home home() {
    return root.home();
  }

  final ApiClient client() throws Failure {
    return root.client();
  }

  final Terminal terminal() {
    return root.terminal();
  }

  final void answer(String line) {
    terminal().answer(line);
  }
}
