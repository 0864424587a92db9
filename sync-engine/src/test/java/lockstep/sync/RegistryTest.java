package lockstep.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import lockstep.base.Blake3;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {
  @TempDir private Path home;

  private static Registry.Share share(String name, Optional<Registry.Transit> transit) {
    Blake3 id = Blake3.of(name.getBytes(UTF_8));
    return new Registry.Share(id, name, Path.of("/data", name), name.equals("off"), transit);
  }

  @Test
  void folders_are_found_again_as_they_were_noted_in_order_and_on_their_way() throws Exception {
    var shares =
        List.of(
            share("work", Optional.empty()),
            share("off", Optional.of(new Registry.Transit.Toward(Path.of("/new/ü")))),
            share("film", Optional.of(new Registry.Transit.From(Path.of("/old")))));
    var registry = new Registry(home.resolve("folders"));
    registry.write(shares);
    assertThat(registry.read()).isEqualTo(shares);
    assertThat(new Registry(home.resolve("none")).read()).isEmpty();
  }
}
