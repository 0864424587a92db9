package lockstep.sync;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lockstep.base.Blake3;
import lockstep.base.CorruptStoreException;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.recovery.StateFile;

/// Which folders this device shares, and where: the file `folders` in the home.
final class Registry {
  private static final int BYTES_MAX = 16 << 20;
  private static final int VERSION = 1;

  private final StateFile file;

  /// One shared folder.
  record Share(Blake3 id, String name, Path root, boolean paused) {}

  Registry(Path file) {
    this.file = new StateFile(file);
  }

  List<Share> read() throws IOException {
    var shares = new ArrayList<Share>();
    try {
      var in = ProtoReader.of(file.read(BYTES_MAX).orElse(new byte[0]));
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 1 -> checkVersion(in.int32(0, Integer.MAX_VALUE));
          case 2 -> shares.add(share(in.message(BYTES_MAX)));
          default -> in.skip();
        }
      }
      return shares;
    } catch (PeerViolationException | IllegalArgumentException e) {
      throw new CorruptStoreException(
          "the list of shared folders is damaged: " + e.getMessage(), e);
    }
  }

  private static void checkVersion(int version) throws PeerViolationException {
    if (version > VERSION) {
      throw new PeerViolationException(
          "a newer Lockstep wrote it; this one reads version " + VERSION);
    }
  }

  private static Share share(ProtoReader in) throws PeerViolationException {
    byte[] id = new byte[Blake3.LENGTH];
    String name = "";
    String root = "";
    boolean paused = false;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> id = in.bytes(Blake3.LENGTH);
        case 2 -> name = in.string(10_000);
        case 3 -> root = new String(in.bytes(100_000), StandardCharsets.UTF_8);
        case 4 -> paused = in.varint() != 0;
        default -> in.skip();
      }
    }
    return new Share(Blake3.fromBytes(id, 0), name, Path.of(root), paused);
  }

  void write(List<Share> shares) throws IOException {
    var out = new ProtoWriter().varint(1, VERSION);
    for (Share share : shares) {
      out.message(
          2,
          new ProtoWriter()
              .bytes(1, share.id().bytes())
              .string(2, share.name())
              .string(3, share.root().toString())
              .varint(4, share.paused() ? 1 : 0));
    }
    file.write(out.toBytes());
  }
}
