package lockstep.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Hostile bytes for a reader, chosen by Jazzer, which sees what branches of the program an input
/// takes. Jazzer ends the process that it runs in, so each target has one of its own. The profile
/// `fuzz` brings it; the class that it calls needs nothing of it.
///
/// It begins with the committed corpus. What reaches further is kept in `target/fuzz/NAME`, for the
/// next run; what the reader fails on is put beside the corpus, as `found-...`.
public final class GuidedFuzz {
  private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";

  private static @Nullable FuzzTarget target;

  private GuidedFuzz() {}

  /// @throws AssertionError if the reader fails
  static void run(Class<? extends FuzzTargets> declaring, FuzzTarget target, int seconds)
      throws IOException, InterruptedException {
    Path reached = Files.createDirectories(Path.of("target", "fuzz", target.name()));
    Path corpus = Fuzz.corpus(target);
    Path log = reached.resolveSibling(target.name() + ".log");
    int code =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-ea:lockstep...",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                classPath(),
                JAZZER,
                "--target_class=" + GuidedFuzz.class.getName(),
                "--target_args=" + declaring.getName() + " " + target.name(),
                "--instrumentation_includes=lockstep.**",
                "-artifact_prefix=" + corpus.resolve("found-"),
                "-timeout=10",
                "-max_len=" + Fuzz.LENGTH_MAX,
                "-max_total_time=" + seconds,
                reached.toString(), // the first is written to
                corpus.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    if (code != 0) throw new AssertionError("%s fails, see %s".formatted(target, log));
  }

  /// All that this test sees, by one path: Jazzer knows nothing of modules.
  private static String classPath() {
    return Stream.of(
            Path.of("target", "test-classes").toString(),
            Path.of("target", "classes").toString(),
            System.getProperty("jdk.module.path", ""),
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")))
        .filter(path -> !path.isEmpty())
        .collect(Collectors.joining(File.pathSeparator));
  }

  // ---- Called by Jazzer

  /// @param args the class that declares the target, and its name
  public static void fuzzerInitialize(String[] args) throws ReflectiveOperationException {
    var constructor = Class.forName(args[0]).getDeclaredConstructor();
    constructor.setAccessible(true);
    target =
        ((FuzzTargets) constructor.newInstance())
            .targets()
            .filter(it -> it.name().equals(args[1]))
            .findFirst()
            .orElseThrow();
  }

  public static void fuzzerTestOneInput(byte[] bytes) {
    if (target != null) target.check(bytes);
  }
}
