package lockstep.app;

import com.electronwill.nightconfig.core.CommentedConfig;
import com.electronwill.nightconfig.core.io.ParsingException;
import com.electronwill.nightconfig.toml.TomlParser;
import com.electronwill.nightconfig.toml.TomlWriter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;

/// Who this device is. The file `identity` in the home holds the public part and says where the
/// private key rests.
///
/// @param keptIn the name of that [KeyStore]
record Identity(PeerId peer, String keptIn) {
  private static final System.Logger LOG = System.getLogger(Identity.class.getName());

  /// The identity of a home, if it has one.
  static Optional<Identity> read(Home home) throws IOException {
    if (!Files.exists(home.identity())) return Optional.empty();
    try {
      CommentedConfig file = new TomlParser().parse(Files.readString(home.identity()));
      return Optional.of(
          new Identity(
              PeerId.parse(file.getOrElse("peer", "")), file.getOrElse("private-key", "")));
    } catch (ParsingException | IllegalArgumentException | ClassCastException damaged) {
      throw new IOException("'" + home.identity() + "' is damaged: " + damaged.getMessage());
    }
  }

  /// Makes a key and keeps it in the first store that takes it. The file that says so is written
  /// last: an interrupted attempt leaves a home without an identity.
  static Identity create(Home home, List<KeyStore> stores, Entropy entropy) throws IOException {
    PrivateKey key = PrivateKey.generate(entropy);
    var identity = new Identity(new PeerId(key.publicKey()), keep(key, stores));
    CommentedConfig file = CommentedConfig.inMemory();
    file.set("peer", identity.peer.toString());
    file.setComment("peer", " The public identity of this device.");
    file.set("private-key", identity.keptIn);
    file.setComment("private-key", " Where its private half rests: in the keyring, or in a file.");
    Home.writePrivately(
        home.identity(), new TomlWriter().writeToString(file).getBytes(StandardCharsets.UTF_8));
    return identity;
  }

  private static String keep(PrivateKey key, List<KeyStore> stores) throws IOException {
    IOException refused = new IOException("there is nowhere to keep a private key");
    byte[] seed = key.seed();
    try {
      for (KeyStore store : stores) {
        try {
          store.store(new PeerId(key.publicKey()), seed);
          return store.name();
        } catch (IOException e) {
          refused.addSuppressed(e);
          LOG.log(Level.DEBUG, "cannot keep the private key in the " + store.name(), e);
        }
      }
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
    throw refused;
  }

  /// The private key, from the store that keeps it.
  ///
  /// @throws IOException if the store no longer has it, or has another
  PrivateKey privateKey(List<KeyStore> stores) throws IOException {
    for (KeyStore store : stores) {
      if (!store.name().equals(keptIn)) continue;
      Optional<byte[]> seed = store.load(peer);
      if (seed.isPresent()) return checked(seed.get());
    }
    throw new IOException(
        "the private key of " + peer.brief() + " is not in the " + keptIn + " that should keep it");
  }

  private PrivateKey checked(byte[] seed) throws IOException {
    try {
      PrivateKey key = PrivateKey.ofSeed(seed);
      if (key.publicKey().equals(peer.key())) return key;
    } catch (IllegalArgumentException wrongLength) {
      throw new IOException("the stored private key is damaged", wrongLength);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
    throw new IOException("the stored private key belongs to another device");
  }
}
