package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where a device's key rests, and what happens when it is not there.
class IdentityTest {
  @TempDir private Path directory;
  private Home home;
  private KeyStore.OwnerFile file;

  @BeforeEach
  void createHome() throws IOException {
    home = new Home(directory.resolve("home"));
    home.create();
    file = new KeyStore.OwnerFile(home.keyFile());
  }

  /// A keyring in memory.
  private static final class Ring implements KeyStore {
    private final Map<PeerId, byte[]> kept = new HashMap<>();
    private final boolean refuses;

    Ring(boolean refuses) {
      this.refuses = refuses;
    }

    @Override
    public String name() {
      return "keyring";
    }

    @Override
    public Optional<byte[]> load(PeerId peer) {
      return Optional.ofNullable(kept.get(peer)).map(byte[]::clone);
    }

    @Override
    public void store(PeerId peer, byte[] seed) throws IOException {
      if (refuses) throw new IOException("locked");
      kept.put(peer, seed.clone());
    }
  }

  @Test
  void the_key_comes_back_from_the_store_that_took_it() throws IOException {
    var stores = List.of(new Ring(false), file);

    Identity.create(home, stores, Entropy.system());

    Identity identity = Identity.read(home).orElseThrow();
    assertThat(identity.keptIn()).isEqualTo("keyring");
    assertThat(identity.privateKey(stores).publicKey()).isEqualTo(identity.peer().key());
    assertThat(home.keyFile()).doesNotExist();
  }

  @Test
  void a_keyring_that_refuses_leaves_the_key_in_the_owners_file() throws IOException {
    var stores = List.of(new Ring(true), file);

    Identity identity = Identity.create(home, stores, Entropy.system());

    assertThat(identity.keptIn()).isEqualTo("file");
    assertThat(identity.privateKey(stores).publicKey()).isEqualTo(identity.peer().key());
  }

  @Test
  void a_lost_key_is_told_and_no_other_taken() throws IOException {
    Identity identity = Identity.create(home, List.of(file), Entropy.system());
    Files.delete(home.keyFile());

    assertThatThrownBy(() -> identity.privateKey(List.of(file)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not in the file that should keep it");
  }

  @Test
  void the_key_of_another_device_is_refused() throws IOException {
    Identity identity = Identity.create(home, List.of(file), Entropy.system());
    var other = new Home(directory.resolve("other"));
    other.create();
    Identity.create(other, List.of(new KeyStore.OwnerFile(home.keyFile())), Entropy.system());

    assertThatThrownBy(() -> identity.privateKey(List.of(file)))
        .hasMessageContaining("belongs to another device");
  }

  @Test
  void a_damaged_identity_is_told_with_its_file() throws IOException {
    Files.writeString(home.identity(), "peer = \"12D3KooWnonsense\"\n");

    assertThatThrownBy(() -> Identity.read(home))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("identity' is damaged");
  }

  @Test
  void the_public_file_says_nothing_of_the_secret() throws IOException {
    Identity.create(home, List.of(file), Entropy.system());

    assertThat(Files.readString(home.identity()))
        .contains("12D3KooW")
        .doesNotContain(Files.readString(home.keyFile()).strip());
  }
}
