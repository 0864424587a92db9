package lockstep.app;

/// A command that has something checked, and fails if anything is wrong with it.
abstract class Verification extends Query {
  Verification(Root root) {
    super(root);
  }

  @Override
  final void tell(ApiClient.Answer found) throws Failure {
    Report.verification(found.object()).forEach(this::answer);
  }

  @Override
  final int exitCode(ApiClient.Answer found) throws Failure {
    return found.object().flag("ok") ? DONE : Failure.FAILED;
  }
}
