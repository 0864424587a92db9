package lockstep.app;

import java.util.Optional;
import picocli.CommandLine.Parameters;

/// A command that lists what belongs to a folder, and has subcommands with a FOLDER of their own.
abstract class FolderListing extends Query {
  private final String what;

  // not required as far as picocli knows: a subcommand may follow instead
  @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "The folder's name.")
  private Optional<String> folder = Optional.empty();

  /// @param what is listed: the command's name and the last part of its address
  FolderListing(Root root, String what) {
    super(root);
    this.what = what;
  }

  @Override
  final ApiClient.Answer ask() throws Failure {
    String name =
        folder.orElseThrow(() -> Failure.usage("which folder?", "lockstep " + what + " FOLDER"));
    return client().get(ApiClient.path("folders", name, what));
  }
}
