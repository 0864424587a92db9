package lockstep.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import lockstep.base.PeerId;

/// Where the secret seed of the device's key rests.
interface KeyStore {
  /// How the file `identity` calls it.
  String name();

  Optional<byte[]> load(PeerId peer) throws IOException;

  void store(PeerId peer, byte[] seed) throws IOException;

  /// A file that its owner alone can read, for computers without a keyring.
  record OwnerFile(Path file) implements KeyStore {
    @Override
    public String name() {
      return "file";
    }

    @Override
    public Optional<byte[]> load(PeerId peer) throws IOException {
      if (!Files.exists(file)) return Optional.empty();
      try {
        return Optional.of(Base64.getDecoder().decode(Files.readString(file).strip()));
      } catch (IllegalArgumentException damaged) {
        throw new IOException("'" + file + "' does not hold a key", damaged);
      }
    }

    @Override
    public void store(PeerId peer, byte[] seed) throws IOException {
      Home.writePrivately(file, Base64.getEncoder().encode(seed));
    }
  }
}
