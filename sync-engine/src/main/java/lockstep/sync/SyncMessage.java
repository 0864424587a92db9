package lockstep.sync;

import java.util.ArrayList;
import java.util.List;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.PublicKey;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;

/// A message of `/lockstep/sync/1.0.0`: protobuf, each preceded by its length, at most
/// [#BYTES_MAX]. Unknown fields and unknown messages are ignored.
sealed interface SyncMessage {
  /// Largest message in bytes.
  int BYTES_MAX = 4 << 20;

  /// Most writers in a frontier.
  int WRITERS_MAX = 10_000;

  /// Most entries in one message.
  int ENTRIES_MAX = 10_000;

  /// The first message each way: who speaks of which folder, and what it has already.
  record Hello(Blake3 folder, VersionVector frontier) implements SyncMessage {}

  /// The answer of a device that will not speak of this folder; the stream ends.
  record Refused(String reason) implements SyncMessage {}

  /// Signed entries in dependency order.
  ///
  /// @param more whether the sender has others to send right away, so that planning may wait
  record Entries(List<byte[]> entries, boolean more) implements SyncMessage {
    public Entries {
      entries = List.copyOf(entries);
    }
  }

  /// How far a member is: acknowledgement and progress in one.
  ///
  /// @param frontier the entries it has, durably
  /// @param applied the entries whose effects its disk shows, durably
  record Status(VersionVector frontier, VersionVector applied, long missingFiles, long missingBytes)
      implements SyncMessage {}

  /// A message of a later version.
  record Unknown() implements SyncMessage {}

  /// The bytes, without the length before them.
  default byte[] encoded() {
    var out = new ProtoWriter();
    switch (this) {
      case Hello(Blake3 folder, VersionVector frontier) ->
          out.message(1, new ProtoWriter().bytes(1, folder.bytes()).message(2, write(frontier)));
      case Refused(String reason) -> out.message(2, new ProtoWriter().string(1, reason));
      case Entries(List<byte[]> entries, boolean more) -> {
        var body = new ProtoWriter();
        entries.forEach(entry -> body.bytes(1, entry));
        out.message(3, body.varint(2, more ? 1 : 0));
      }
      case Status(var frontier, var applied, long files, long bytes) ->
          out.message(
              4,
              new ProtoWriter()
                  .message(1, write(frontier))
                  .message(2, write(applied))
                  .varint(3, files)
                  .varint(4, bytes));
      case Unknown _ -> {}
    }
    return out.toBytes();
  }

  /// @throws PeerViolationException if the bytes are no message within the limits
  static SyncMessage decode(byte[] bytes) throws PeerViolationException {
    var in = ProtoReader.of(bytes);
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> {
          return hello(in.message(BYTES_MAX));
        }
        case 2 -> {
          return refused(in.message(BYTES_MAX));
        }
        case 3 -> {
          return entries(in.message(BYTES_MAX));
        }
        case 4 -> {
          return status(in.message(BYTES_MAX));
        }
        default -> in.skip();
      }
    }
    return new Unknown();
  }

  private static Hello hello(ProtoReader in) throws PeerViolationException {
    byte[] folder = new byte[0];
    var frontier = VersionVector.EMPTY;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> folder = in.bytes(Blake3.LENGTH);
        case 2 -> frontier = readVector(in.message(BYTES_MAX));
        default -> in.skip();
      }
    }
    if (folder.length != Blake3.LENGTH) {
      throw new PeerViolationException("a folder id has 32 bytes, not " + folder.length);
    }
    return new Hello(Blake3.fromBytes(folder, 0), frontier);
  }

  private static Refused refused(ProtoReader in) throws PeerViolationException {
    String reason = "";
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == 1) {
        reason = in.string(1000);
      } else {
        in.skip();
      }
    }
    return new Refused(reason);
  }

  private static Entries entries(ProtoReader in) throws PeerViolationException {
    var entries = new ArrayList<byte[]>();
    boolean more = false;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> {
          if (entries.size() == ENTRIES_MAX) {
            throw new PeerViolationException("more than " + ENTRIES_MAX + " entries in a message");
          }
          entries.add(in.bytes(BYTES_MAX));
        }
        case 2 -> more = in.varint() != 0;
        default -> in.skip();
      }
    }
    return new Entries(entries, more);
  }

  private static Status status(ProtoReader in) throws PeerViolationException {
    var frontier = VersionVector.EMPTY;
    var applied = VersionVector.EMPTY;
    long files = 0;
    long bytes = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> frontier = readVector(in.message(BYTES_MAX));
        case 2 -> applied = readVector(in.message(BYTES_MAX));
        case 3 -> files = in.varint();
        case 4 -> bytes = in.varint();
        default -> in.skip();
      }
    }
    return new Status(frontier, applied, Math.max(0, files), Math.max(0, bytes));
  }

  private static ProtoWriter write(VersionVector vector) {
    var out = new ProtoWriter();
    vector
        .counters()
        .forEach(
            (writer, counter) ->
                out.message(
                    1,
                    new ProtoWriter()
                        .bytes(1, writer.device().bytes())
                        .varint(2, writer.incarnation())
                        .varint(3, counter)));
    return out;
  }

  private static VersionVector readVector(ProtoReader in) throws PeerViolationException {
    var counters = new java.util.HashMap<WriterId, Long>();
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field != 1) {
        in.skip();
        continue;
      }
      readCounter(in.message(200), counters);
      if (counters.size() > WRITERS_MAX) {
        throw new PeerViolationException("more than " + WRITERS_MAX + " writers in a frontier");
      }
    }
    return VersionVector.of(counters);
  }

  private static void readCounter(ProtoReader in, java.util.Map<WriterId, Long> counters)
      throws PeerViolationException {
    byte[] device = new byte[0];
    int incarnation = 0;
    long counter = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> device = in.bytes(PublicKey.LENGTH);
        case 2 -> incarnation = in.int32(0, Integer.MAX_VALUE);
        case 3 -> counter = in.varint();
        default -> in.skip();
      }
    }
    if (device.length != PublicKey.LENGTH || counter < 0) {
      throw new PeerViolationException("not a writer's counter in a frontier");
    }
    counters.put(new WriterId(PublicKey.of(device), incarnation), counter);
  }
}
