package lockstep.app;

import picocli.CommandLine.Option;

/// A command that asks the daemon one thing and prints what it answers: in words, or with `--json`
/// as it came.
abstract class Query extends Task {
  @Option(names = "--json", description = "Answer in JSON.")
  private boolean json;

  Query(Root root) {
    super(root);
  }

  abstract ApiClient.Answer ask() throws Failure;

  /// Prints the answer in words.
  abstract void tell(ApiClient.Answer found) throws Failure;

  int exitCode(ApiClient.Answer found) throws Failure {
    return DONE;
  }

  @Override
  public final Integer call() throws Failure {
    ApiClient.Answer found = ask();
    if (json) {
      answer(found.text());
    } else {
      tell(found);
    }
    return exitCode(found);
  }
}
