package lockstep.base;

import static java.io.File.pathSeparator;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class Blake3KernelsTest {
  @Test
  void machine_code_hashes_from_the_start_where_there_is_ours() throws Exception {
    String kernel = Blake3Machine.find().isPresent() ? "Blake3Machine" : "Blake3Scalar";

    assertThat(java("--enable-native-access=ALL-UNNAMED", Main.class.getName()))
        .contains("hashed with " + kernel);
  }

  @Test
  void without_native_access_and_incubator_module_hashing_works_and_loads_no_vector_class()
      throws Exception {
    String output = java("--illegal-native-access=deny", "-verbose:class", Main.class.getName());

    assertThat(output).contains("hashed with Blake3Scalar").doesNotContain("jdk.incubator.vector");
  }

  @Test
  void no_machine_code_that_the_processor_can_run_hashes_wrong() {
    assertThat(Blake3Machine.all()).hasSameSizeAs(Blake3Machine.usable().toList());
  }

  @Test
  void the_kernel_that_proves_faster_takes_over() {
    assertThat(Blake3Kernels.provesFaster(new Idle())).isTrue();
  }

  private static String java(String... arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", location(Blake3.class) + pathSeparator + location(Main.class)));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static Path location(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /// A kernel that is faster than any.
  private static final class Idle implements Blake3Kernel {
    @Override
    public void leaves(
        Blake3Mode mode, byte[] input, int offset, int count, long first, int[] out, int stride) {}

    @Override
    public void parents(Blake3Mode mode, int count, int[] values, int stride) {}
  }

  /// Hashes more than the warm-up takes to begin.
  static final class Main {
    public static void main(String[] arguments) {
      byte[] input = new byte[1 << 20];
      for (long n = 0; n <= Blake3Kernels.WARM_UP_AFTER_BYTES; n += input.length) {
        Blake3.of(input);
      }
      var kernel = Blake3Kernels.forLength(input.length);
      System.out.println("hashed with " + kernel.getClass().getSimpleName());
    }
  }
}
