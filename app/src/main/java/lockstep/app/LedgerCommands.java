package lockstep.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ledger …`: the signed, hash-chained history of changes.
@Command(name = "ledger", description = "The signed history of a folder.")
final class LedgerCommands {
  static CommandLine all(Root root) {
    return new CommandLine(new LedgerCommands())
        .addSubcommand(new Show(root))
        .addSubcommand(new Verify(root))
        .addSubcommand(new Export(root));
  }

  @Command(name = "show", description = "Prints the entries, newest first.")
  static final class Show extends Query {
    @Parameters(paramLabel = "FOLDER", description = "The folder's name.")
    private String folder = "";

    @Option(names = "--limit", paramLabel = "N", description = "At most so many entries.")
    private Optional<Long> limit = Optional.empty();

    Show(Root root) {
      super(root);
    }

    @Override
    ApiClient.Answer ask() throws Failure {
      String query = limit.map(n -> ApiClient.query("limit", n.toString())).orElse("");
      return client().get(ApiClient.path("folders", folder, "ledger") + query);
    }

    @Override
    void tell(ApiClient.Answer found) throws Failure {
      found.objects().forEach(row -> Report.ledgerRow(row).forEach(this::answer));
    }
  }

  @Command(name = "verify", description = "Checks the chains and signatures of the ledger.")
  static final class Verify extends Verification {
    @Parameters(paramLabel = "FOLDER", description = "The folder's name.")
    private String folder = "";

    Verify(Root root) {
      super(root);
    }

    @Override
    ApiClient.Answer ask() throws Failure {
      return client().post(ApiClient.path("folders", folder, "ledger", "verify"), Views.object());
    }
  }

  @Command(name = "export", description = "Writes the raw signed entries into a file.")
  static final class Export extends Task {
    @Parameters(index = "0", paramLabel = "FOLDER", description = "The folder's name.")
    private String folder = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "A file that does not exist yet.")
    private Path file = Path.of("");

    Export(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      try (InputStream entries =
          client().stream(ApiClient.path("folders", folder, "ledger", "export"))) {
        long bytes = Files.copy(entries, file);
        answer("wrote " + Units.bytes(bytes) + " to '" + Terminal.safe(file.toString()) + "'");
        return DONE;
      } catch (IOException e) {
        throw Failure.of("cannot export the ledger to '" + file + "'", e);
      }
    }
  }
}
