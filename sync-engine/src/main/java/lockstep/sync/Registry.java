package lockstep.sync;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  ///
  /// @param transit what is left to do of a move, if the folder is on one
  record Share(Blake3 id, String name, Path root, boolean paused, Optional<Transit> transit) {
    Share(Blake3 id, String name, Path root, boolean paused) {
      this(id, name, root, paused, Optional.empty());
    }

    /// The same in another place.
    Share at(Path place, Optional<Transit> left) {
      return new Share(id, name, place, paused, left);
    }

    /// The same in its place, on such a move.
    Share with(Optional<Transit> move) {
      return new Share(id, name, root, paused, move);
    }

    /// The places that are the folder's, or may be soon.
    List<Path> places() {
      return transit.isPresent() ? List.of(root, transit.get().other()) : List.of(root);
    }
  }

  /// A move that was begun and has not ended.
  sealed interface Transit {
    /// The place where the folder is not.
    Path other();

    /// The folder is to come to another place.
    record Toward(Path other) implements Transit {}

    /// The folder has come to its place; what is left in another is to be deleted.
    record From(Path other) implements Transit {}
  }

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
    Path root = Path.of("");
    boolean paused = false;
    Optional<Transit> transit = Optional.empty();
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> id = in.bytes(Blake3.LENGTH);
        case 2 -> name = in.string(10_000);
        case 3 -> root = path(in);
        case 4 -> paused = in.varint() != 0;
        case 5 -> transit = Optional.of(new Transit.Toward(path(in)));
        case 6 -> transit = Optional.of(new Transit.From(path(in)));
        default -> in.skip();
      }
    }
    return new Share(Blake3.fromBytes(id, 0), name, root, paused, transit);
  }

  private static Path path(ProtoReader in) throws PeerViolationException {
    return Path.of(new String(in.bytes(100_000), StandardCharsets.UTF_8));
  }

  void write(List<Share> shares) throws IOException {
    var out = new ProtoWriter().varint(1, VERSION);
    for (Share share : shares) {
      out.message(2, message(share));
    }
    file.write(out.toBytes());
  }

  private static ProtoWriter message(Share share) {
    var message =
        new ProtoWriter()
            .bytes(1, share.id().bytes())
            .string(2, share.name())
            .string(3, share.root().toString())
            .varint(4, share.paused() ? 1 : 0);
    share
        .transit()
        .ifPresent(
            move ->
                message.string(move instanceof Transit.Toward ? 5 : 6, move.other().toString()));
    return message;
  }
}
