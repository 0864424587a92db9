import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs google-java-format over every Java file below the working directory: rewrites them, or with
/// `--check` fails and lists those that differ. Run by `mvn verify` on the toolchain's JDK.
class Format {
  private static final Path JAR = Path.of("target", "tools", "google-java-format.jar");

  public static void main(String[] args) throws IOException, InterruptedException {
    boolean check = List.of(args).contains("--check");
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    for (String part : List.of("api", "code", "file", "parser", "tree", "util")) {
      command.add("--add-exports=jdk.compiler/com.sun.tools.javac." + part + "=ALL-UNNAMED");
    }
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-jar", JAR.toString()));
    command.addAll(check ? List.of("--dry-run", "--set-exit-if-changed") : List.of("--replace"));
    try (var files = Files.walk(Path.of("."))) {
      files
          .map(Path::normalize)
          .filter(p -> p.toString().endsWith(".java"))
          .filter(p -> !p.startsWith("build"))
          .filter(p -> !p.toString().contains("/target/") && !p.toString().contains("node_modules"))
          .map(Path::toString)
          .forEach(command::add);
    }
    int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (exit != 0 && check) {
      System.err.println(
          """
          error: the files above are not formatted
            why: the project is formatted by google-java-format, so that no diff is about spaces
            try: build/format
          """);
    }
    System.exit(exit);
  }
}
