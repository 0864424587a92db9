package lockstep.sync;

import java.util.ArrayList;
import java.util.List;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.PublicKey;
import lockstep.base.WriterId;
import lockstep.lease.SignedMessage;
import lockstep.ledger.Head;

/// A message of `/lockstep/sync/1.0.0`: protobuf, each preceded by its length, at most
/// [#BYTES_MAX]. Unknown fields and unknown messages are ignored.
sealed interface SyncMessage {
  /// Largest message in bytes.
  int BYTES_MAX = 4 << 20;

  /// Most chains in a frontier.
  int WRITERS_MAX = 10_000;

  /// Most entries in one message.
  int ENTRIES_MAX = 10_000;

  /// The first message each way: who speaks of which folder, and what it has already: the last
  /// entry of each chain, and of each branch of one that forked.
  record Hello(Blake3 folder, List<Head> frontier) implements SyncMessage {
    public Hello {
      frontier = List.copyOf(frontier);
    }
  }

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
  /// @param push what it wants of the receiver
  record Status(List<Head> frontier, List<Head> applied, Backlog backlog, Push push)
      implements SyncMessage {
    public Status {
      frontier = List.copyOf(frontier);
      applied = List.copyOf(applied);
    }
  }

  /// Whether a member wants to be told at once what others than the sender wrote (an *eager* link
  /// of Plumtree, Leitão et al. 2007), or only if it still lacks it a while later (a *lazy* one).
  /// The order is that of the numbers on the wire.
  enum Push {
    /// As an earlier version leaves it, which does not know the question.
    UNSAID,
    EAGER,
    LAZY;

    private static Push of(long number) {
      return number == 1 ? EAGER : number == 2 ? LAZY : UNSAID;
    }
  }

  /// Signed messages about locks, see the lease module; a version that knows no locks passes over
  /// them.
  record Locks(List<byte[]> messages) implements SyncMessage {
    /// Most messages in one.
    static final int COUNT_MAX = 2048;

    public Locks {
      messages = List.copyOf(messages);
    }
  }

  /// A message of a later version.
  record Unknown() implements SyncMessage {}

  /// The bytes, without the length before them.
  default byte[] encoded() {
    var out = new ProtoWriter();
    switch (this) {
      case Hello(Blake3 folder, List<Head> frontier) ->
          out.message(1, new ProtoWriter().bytes(1, folder.bytes()).message(2, write(frontier)));
      case Refused(String reason) -> out.message(2, new ProtoWriter().string(1, reason));
      case Entries(List<byte[]> entries, boolean more) -> {
        var body = new ProtoWriter();
        entries.forEach(entry -> body.bytes(1, entry));
        out.message(3, body.varint(2, more ? 1 : 0));
      }
      case Status(var frontier, var applied, Backlog backlog, Push push) ->
          out.message(
              4,
              new ProtoWriter()
                  .message(1, write(frontier))
                  .message(2, write(applied))
                  .varint(3, backlog.missingFiles())
                  .varint(4, backlog.missingBytes())
                  .varint(5, backlog.leftOutFiles())
                  .varint(6, backlog.leftOutBytes())
                  .varint(7, push.ordinal()));
      case Locks(List<byte[]> messages) -> {
        var body = new ProtoWriter();
        messages.forEach(message -> body.bytes(1, message));
        out.message(5, body);
      }
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
        case 5 -> {
          return locks(in.message(BYTES_MAX));
        }
        default -> in.skip();
      }
    }
    return new Unknown();
  }

  private static Hello hello(ProtoReader in) throws PeerViolationException {
    byte[] folder = new byte[0];
    List<Head> frontier = List.of();
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> folder = in.bytes(Blake3.LENGTH);
        case 2 -> frontier = readHeads(in.message(BYTES_MAX));
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
    List<Head> frontier = List.of();
    List<Head> applied = List.of();
    long missingFiles = 0;
    long missingBytes = 0;
    long leftOutFiles = 0;
    long leftOutBytes = 0;
    Push push = Push.UNSAID;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> frontier = readHeads(in.message(BYTES_MAX));
        case 2 -> applied = readHeads(in.message(BYTES_MAX));
        case 3 -> missingFiles = Math.max(0, in.varint());
        case 4 -> missingBytes = Math.max(0, in.varint());
        case 5 -> leftOutFiles = Math.max(0, in.varint());
        case 6 -> leftOutBytes = Math.max(0, in.varint());
        case 7 -> push = Push.of(in.varint());
        default -> in.skip();
      }
    }
    var backlog = new Backlog(missingFiles, missingBytes, leftOutFiles, leftOutBytes);
    return new Status(frontier, applied, backlog, push);
  }

  private static Locks locks(ProtoReader in) throws PeerViolationException {
    var messages = new ArrayList<byte[]>();
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field != 1) {
        in.skip();
      } else if (messages.size() == Locks.COUNT_MAX) {
        throw new PeerViolationException("too many words about locks in a message");
      } else {
        messages.add(in.bytes(SignedMessage.BYTES_MAX));
      }
    }
    return new Locks(messages);
  }

  private static ProtoWriter write(List<Head> frontier) {
    var out = new ProtoWriter();
    for (Head head : frontier) {
      out.message(
          1,
          new ProtoWriter()
              .bytes(1, head.writer().device().bytes())
              .varint(2, head.writer().incarnation())
              .varint(3, head.sequence())
              .bytes(4, head.hash().bytes()));
    }
    return out;
  }

  private static List<Head> readHeads(ProtoReader in) throws PeerViolationException {
    var heads = new ArrayList<Head>();
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field != 1) {
        in.skip();
        continue;
      }
      if (heads.size() == WRITERS_MAX) {
        throw new PeerViolationException("more than " + WRITERS_MAX + " chains in a frontier");
      }
      heads.add(readHead(in.message(200)));
    }
    return heads;
  }

  private static Head readHead(ProtoReader in) throws PeerViolationException {
    byte[] device = new byte[0];
    int incarnation = 0;
    long sequence = 0;
    byte[] hash = new byte[0];
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> device = in.bytes(PublicKey.LENGTH);
        case 2 -> incarnation = in.int32(0, Integer.MAX_VALUE);
        case 3 -> sequence = in.varint();
        case 4 -> hash = in.bytes(Blake3.LENGTH);
        default -> in.skip();
      }
    }
    if (device.length != PublicKey.LENGTH || hash.length != Blake3.LENGTH) {
      throw new PeerViolationException("not an entry's place and hash in a frontier");
    }
    var writer = new WriterId(PublicKey.of(device), incarnation);
    try {
      return new Head(writer, sequence, Blake3.fromBytes(hash, 0));
    } catch (IllegalArgumentException e) {
      throw new PeerViolationException("in a frontier: " + e.getMessage(), e);
    }
  }
}
