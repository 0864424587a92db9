import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.jar.Manifest;
import java.util.stream.StreamSupport;

/// Puts the program together below `app/target/lockstep`: its jars in `lib`, and an AOT cache from a
/// short training run of the real thing. Run by `mvn package` on the toolchain's JDK, with the
/// folder of the copied libraries and the application's jar as arguments.
///
/// The folder is exchanged as a whole, never written over: a running daemon keeps its open jars.
class Assemble {
  /// Lifts classes that were compiled for Java 5 (picocli's) to the format of Java 8: an AOT cache
  /// takes no older ones, and loading those by hand costs a command a third of its time. Bodies are
  /// taken apart and put together again, for that makes the stack maps anew.
  private static final ClassTransform TO_JAVA_8 =
      ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
          .andThen(
              (builder, element) -> {
                if (element instanceof ClassFileVersion) {
                  builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
                } else {
                  builder.with(element);
                }
              });

  /// Picocli looks for a class of Groovy's, which opens each jar that there is.
  private static final ClassTransform WITHOUT_GROOVY =
      (builder, element) -> {
        if (element instanceof MethodModel method && isGroovySearch(method)) {
          builder.withMethodBody(
              method.methodName(),
              method.methodType(),
              method.flags().flagsMask(),
              code -> code.aconst_null().areturn());
        } else {
          builder.with(element);
        }
      };

  private static final int TRAINING_SECONDS_MAX = 120;

  public static void main(String[] args) throws IOException, InterruptedException {
    Path libraries = Path.of(args[0]);
    Path application = Path.of(args[1]);
    Path runtime = application.resolveSibling("lockstep");
    Path fresh = application.resolveSibling("lockstep.new");
    delete(fresh);
    copy(libraries, fresh.resolve("lib"));
    Files.copy(application, fresh.resolve("lib").resolve("lockstep.jar"));
    try (URLClassLoader classes = loader(fresh.resolve("lib"))) {
      refit(fresh.resolve("lib"), ClassFile.of(ClassHierarchyResolverOption.of(hierarchy(classes))));
    }
    unpack(fresh);
    delete(runtime);
    Files.move(fresh, runtime);
    train(runtime);
    Files.writeString(runtime.resolve("built"), "");
  }

  /// Makes the cache; without one the program still runs, only slower to start.
  private static void train(Path runtime) throws IOException, InterruptedException {
    Path log = runtime.resolve("training.log");
    Path cache = runtime.resolve("lockstep.aot");
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:AOTCacheOutput=" + cache,
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.library.path=" + runtime.resolve("native"),
            "-cp",
            runtime.resolve("lib").resolve("lockstep.jar").toString(),
            "lockstep.app.Training"));
    var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process training = builder.start();
    boolean ended = training.waitFor(TRAINING_SECONDS_MAX, TimeUnit.SECONDS);
    if (!ended) training.destroyForcibly().waitFor();
    if (!ended || training.exitValue() != 0 || !Files.exists(cache)) {
      System.err.println("warning: no AOT cache was made, starts will be slow; see " + log);
      Files.deleteIfExists(cache);
    }
  }

  /// Lays LZ4's machine code for this platform beside the jars. Else each start unpacks it into the
  /// temporary directory, where it stays after a crash.
  private static void unpack(Path runtime) throws IOException {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String platform =
        "/net/jpountz/util/"
            + (system.startsWith("mac") ? "darwin" : system.startsWith("windows") ? "windows" : system)
            + "/"
            + System.getProperty("os.arch");
    String library = System.mapLibraryName("lz4-java");
    Path directory = Files.createDirectory(runtime.resolve("native"));
    for (Path jar : jars(runtime.resolve("lib"))) {
      try (FileSystem content = FileSystems.newFileSystem(jar)) {
        Path packed = content.getPath(platform, library);
        if (Files.exists(packed)) Files.copy(packed, directory.resolve(library));
      }
    }
  }

  /// Makes the libraries quick to load.
  private static void refit(Path libraries, ClassFile format) throws IOException {
    for (Path jar : jars(libraries)) {
      try (FileSystem content = FileSystems.newFileSystem(jar)) {
        rewrite(content, format);
        unsign(content);
      }
    }
  }

  private static List<Path> jars(Path directory) throws IOException {
    try (var jars = Files.newDirectoryStream(directory, "*.jar")) {
      return StreamSupport.stream(jars.spliterator(), false).toList();
    }
  }

  private static void rewrite(FileSystem jar, ClassFile format) throws IOException {
    try (var files = Files.walk(jar.getPath("/"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        ClassModel model = format.parse(Files.readAllBytes(file));
        if (model.majorVersion() < ClassFile.JAVA_6_VERSION) {
          Files.write(file, format.transformClass(model, TO_JAVA_8.andThen(WITHOUT_GROOVY)));
        } else if (PlainCalls.concerns(model)) {
          Files.write(file, format.transformClass(model, PlainCalls.of(model)));
        }
      }
    }
  }

  private static boolean isGroovySearch(MethodModel method) {
    return method.methodName().equalsString("loadClosureClass");
  }

  /// Takes the signature off. Maven has checked the jar's own hash when it fetched it; to check a
  /// signature of each of a thousand classes at every start takes the better part of a second, and
  /// an AOT cache leaves such classes out.
  private static void unsign(FileSystem jar) throws IOException {
    Path information = jar.getPath("/META-INF");
    if (!Files.isDirectory(information)) return;
    List<Path> signatures;
    try (var files = Files.newDirectoryStream(information, "*.{SF,RSA,DSA,EC}")) {
      signatures = StreamSupport.stream(files.spliterator(), false).toList();
    }
    if (signatures.isEmpty()) return;
    for (Path signature : signatures) {
      Files.delete(signature);
    }
    Path manifest = information.resolve("MANIFEST.MF");
    var digests = new Manifest();
    try (InputStream in = Files.newInputStream(manifest)) {
      digests.read(in);
    }
    digests.getEntries().clear();
    try (OutputStream out = Files.newOutputStream(manifest)) {
      digests.write(out);
    }
  }

  /// New stack maps need common superclasses.
  private static ClassHierarchyResolver hierarchy(ClassLoader classes) {
    return ClassHierarchyResolver.ofResourceParsing(classes)
        .orElse(ClassHierarchyResolver.defaultResolver());
  }

  private static URLClassLoader loader(Path libraries) throws IOException {
    var urls = new ArrayList<URL>();
    try (var files = Files.walk(libraries)) { // those of the window lie in a directory of their own
      for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).toList()) {
        urls.add(jar.toUri().toURL());
      }
    }
    return new URLClassLoader(urls.toArray(URL[]::new));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) return;
    try (var files = Files.walk(directory)) {
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    }
  }
}
