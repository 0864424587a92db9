package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the program's assembly makes of records and of switches over types means what it meant.
class PlainCallsTest {
  private Class<?> rewriter = Object.class;

  record Every(
      boolean a,
      byte b,
      char c,
      short d,
      int e,
      long f,
      float g,
      double h,
      @Nullable String i,
      int[] j) {}

  record Nothing() {}

  sealed interface Shape {
    record Dot() implements Shape {}

    record Line(int length) implements Shape {}

    /// A switch in an interface.
    default String name() {
      return switch (this) {
        case Dot() -> "dot";
        case Line(int length) when length > 9 -> "long line";
        case Line _ -> "line";
      };
    }
  }

  /// Runs in the rewritten classes.
  public static final class Samples implements Function<Object, List<Object>> {
    private static final int[] ARRAY = {1};

    @Override
    public List<Object> apply(Object given) {
      var nothing = new Nothing();
      var same = every(1.5f, -0.0, "text");
      return List.of(
          same.equals(every(1.5f, -0.0, "text")),
          same.hashCode() == every(1.5f, -0.0, "text").hashCode(),
          same.equals(every(1.5f, 0.0, "text")),
          same.equals(every(Float.NaN, -0.0, "text")),
          unknown().equals(every(Float.NaN, 1, "text")),
          Set.copyOf(List.of(unknown(), unknown())).size(),
          same.equals(given),
          List.of(same).contains(given),
          nothing.equals(new Nothing()),
          nothing.hashCode() == new Nothing().hashCode(),
          new Shape.Dot().name(),
          new Shape.Line(9).name(),
          new Shape.Line(10).name(),
          kind(null),
          kind("a"),
          kind("abc"),
          kind(7),
          kind(List.of()));
    }

    private static Every unknown() {
      return every(Float.NaN, 1, null);
    }

    private static Every every(float g, double h, @Nullable String i) {
      return new Every(true, (byte) -1, 'c', (short) -2, 3, -4L, g, h, i, ARRAY);
    }

    private static String kind(@Nullable Object thing) {
      return switch (thing) {
        case null -> "null";
        case String text when text.length() > 2 -> "long text";
        case String _ -> "text";
        case Integer number when number < 0 -> "negative";
        case Number _ -> "number";
        case Object _ -> "object";
      };
    }
  }

  @BeforeEach
  void compile(@TempDir Path directory) throws Exception {
    Path source = Path.of(System.getProperty("lockstep.root"), "build", "PlainCalls.java");
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", directory.toString(), source.toString());
    assertThat(failed).isZero();
    rewriter = new URLClassLoader(new URL[] {directory.toUri().toURL()}).loadClass("PlainCalls");
  }

  @Test
  void rewritten_records_and_switches_mean_what_they_meant() throws Exception {
    List<Object> meant = new Samples().apply("something");

    Object rewritten =
        new Rewriting().loadClass(Samples.class.getName()).getConstructor().newInstance();

    assertThat(rewritten.getClass()).isNotEqualTo(Samples.class);
    Method apply = rewritten.getClass().getMethod("apply", Object.class);
    assertThat(apply.invoke(rewritten, "something")).isEqualTo(meant);
  }

  @Test
  void nothing_is_left_to_be_made_at_run_time() throws Exception {
    ToIntFunction<ClassModel> left = model -> bootstraps(model).size();
    assertThat(left.applyAsInt(model(Every.class))).isEqualTo(3);
    assertThat(bootstraps(rewritten(Every.class))).containsExactly("toString");
    assertThat(bootstraps(rewritten(Shape.class))).isEmpty();
    assertThat(bootstraps(rewritten(Samples.class))).isEmpty();
  }

  private static List<String> bootstraps(ClassModel model) {
    var names = new ArrayList<String>();
    model.methods().stream()
        .flatMap(method -> method.code().stream())
        .flatMap(code -> code.elementStream())
        .forEach(
            element -> {
              if (element instanceof InvokeDynamicInstruction call) {
                names.add(call.name().stringValue());
              }
            });
    return names;
  }

  private ClassModel rewritten(Class<?> type) throws Exception {
    return ClassFile.of().parse(rewrite(type));
  }

  private byte[] rewrite(Class<?> type) throws Exception {
    ClassModel model = model(type);
    Method concerns = rewriter.getDeclaredMethod("concerns", ClassModel.class);
    Method of = rewriter.getDeclaredMethod("of", ClassModel.class);
    concerns.setAccessible(true);
    of.setAccessible(true);
    assertThat(concerns.invoke(null, model)).isEqualTo(true);
    return ClassFile.of().transformClass(model, (ClassTransform) of.invoke(null, model));
  }

  private static ClassModel model(Class<?> type) throws IOException {
    String file = "/" + type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getResourceAsStream(file)) {
      return ClassFile.of().parse(in.readAllBytes());
    }
  }

  /// Loads the samples anew, each rewritten.
  private final class Rewriting extends ClassLoader {
    private static final List<Class<?>> SAMPLES =
        List.of(
            Samples.class,
            Every.class,
            Nothing.class,
            Shape.class,
            Shape.Dot.class,
            Shape.Line.class);

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      for (Class<?> sample : SAMPLES) {
        if (sample.getName().equals(name)) return define(sample);
      }
      return super.loadClass(name, resolve);
    }

    private Class<?> define(Class<?> sample) throws ClassNotFoundException {
      Class<?> known = findLoadedClass(sample.getName());
      if (known != null) return known;
      try {
        byte[] bytes = rewrite(sample);
        return defineClass(sample.getName(), bytes, 0, bytes.length);
      } catch (Exception e) {
        throw new ClassNotFoundException(sample.getName(), e);
      }
    }
  }
}
