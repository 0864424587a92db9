package lockstep.p2p.gossip;

import java.util.ArrayList;
import java.util.List;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;

/// An [Rpc] as protobuf. Reading counts every element against [Bounds]; writing makes several RPCs
/// of what does not fit into one.
final class RpcCodec {
  private static final int SUBSCRIPTIONS = 1;
  private static final int PUBLISH = 2;
  private static final int CONTROL = 3;

  private static final int IHAVE = 1;
  private static final int IWANT = 2;
  private static final int GRAFT = 3;
  private static final int PRUNE = 4;

  /// What tag and length add to a field at the most.
  private static final int FIELD_FRAME = 6;

  private RpcCodec() {}

  // ---- Reading

  /// @throws PeerViolationException if the bytes are malformed or hold more than [Bounds] allow
  static Rpc decode(byte[] bytes) throws PeerViolationException {
    var reading = new Reading();
    RpcDraft rpc = reading.rpc;
    var in = ProtoReader.of(bytes);
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case SUBSCRIPTIONS ->
            add(rpc.subscriptions, subscription(in.message(bytes.length)), Bounds.SUBSCRIPTIONS);
        case PUBLISH ->
            add(rpc.messages, AllegedMessage.decode(in.bytes(bytes.length)), Bounds.MESSAGES);
        case CONTROL -> reading.control(in.message(bytes.length), bytes.length);
        default -> in.skip();
      }
    }
    return rpc.rpc();
  }

  private static final class Reading {
    final RpcDraft rpc = new RpcDraft();
    private int ids;

    void control(ProtoReader in, int max) throws PeerViolationException {
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case IHAVE -> add(rpc.ihaves, ihave(in.message(max)), Bounds.CONTROLS);
          case IWANT -> add(rpc.iwants, iwant(in.message(max)), Bounds.CONTROLS);
          case GRAFT -> add(rpc.grafts, graft(in.message(max)), Bounds.CONTROLS);
          case PRUNE -> add(rpc.prunes, prune(in.message(max)), Bounds.CONTROLS);
          default -> in.skip();
        }
      }
    }

    private Rpc.IHave ihave(ProtoReader in) throws PeerViolationException {
      String topic = "";
      var listed = new ArrayList<MessageId>();
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 1 -> topic = in.string(Bounds.TOPIC_BYTES);
          case 2 -> listed.add(id(in));
          default -> in.skip();
        }
      }
      return new Rpc.IHave(topic, listed);
    }

    private Rpc.IWant iwant(ProtoReader in) throws PeerViolationException {
      var listed = new ArrayList<MessageId>();
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == 1) listed.add(id(in));
      }
      return new Rpc.IWant(listed);
    }

    private MessageId id(ProtoReader in) throws PeerViolationException {
      if (++ids > Bounds.IDS) throw tooMany();
      return MessageId.of(in.bytes(Bounds.ID_BYTES));
    }
  }

  private static Rpc.Subscription subscription(ProtoReader in) throws PeerViolationException {
    boolean subscribed = false;
    String topic = "";
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> subscribed = in.bool();
        case 2 -> topic = in.string(Bounds.TOPIC_BYTES);
        default -> in.skip();
      }
    }
    return new Rpc.Subscription(topic, subscribed);
  }

  private static Rpc.Graft graft(ProtoReader in) throws PeerViolationException {
    String topic = "";
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == 1) topic = in.string(Bounds.TOPIC_BYTES);
    }
    return new Rpc.Graft(topic);
  }

  /// Peers that a PRUNE recommends are counted and read over: whom to dial, the ledger says.
  private static Rpc.Prune prune(ProtoReader in) throws PeerViolationException {
    String topic = "";
    long backoff = 0;
    int peers = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> topic = in.string(Bounds.TOPIC_BYTES);
        case 2 -> {
          if (++peers > Bounds.PRUNE_PEERS) throw tooMany();
          in.skip();
        }
        case 3 -> backoff = in.varint();
        default -> in.skip();
      }
    }
    return new Rpc.Prune(topic, backoff);
  }

  private static <T> void add(List<T> list, T element, int max) throws PeerViolationException {
    if (list.size() == max) throw tooMany();
    list.add(element);
  }

  private static PeerViolationException tooMany() {
    return new PeerViolationException("too many elements in a gossip message");
  }

  // ---- Writing

  /// One or more RPCs, each within [Bounds]; what stands first in `rpc` comes first.
  static List<byte[]> encode(Rpc rpc) {
    var out = new Writing();
    for (Rpc.Subscription it : rpc.subscriptions()) {
      var body = new ProtoWriter().varintAlways(1, it.subscribed() ? 1 : 0).string(2, it.topic());
      out.add(SUBSCRIPTIONS, body.toBytes(), 0);
    }
    rpc.messages().forEach(it -> out.add(PUBLISH, it.encoded(), 0));
    rpc.grafts().forEach(it -> out.control(GRAFT, new ProtoWriter().string(1, it.topic()), 0));
    for (Rpc.Prune it : rpc.prunes()) {
      var body = new ProtoWriter().string(1, it.topic()).varint(3, it.backoffSeconds());
      out.control(PRUNE, body, 0);
    }
    for (Rpc.IHave it : rpc.ihaves()) {
      var body = new ProtoWriter().string(1, it.topic());
      it.ids().forEach(id -> body.bytesAlways(2, id.bytes()));
      out.control(IHAVE, body, it.ids().size());
    }
    for (Rpc.IWant it : rpc.iwants()) {
      var body = new ProtoWriter();
      it.ids().forEach(id -> body.bytesAlways(1, id.bytes()));
      out.control(IWANT, body, it.ids().size());
    }
    return out.finish();
  }

  /// Fills one RPC after the other. Every element of control stands in a control message of its
  /// own, which protobuf merges.
  private static final class Writing {
    private final List<byte[]> done = new ArrayList<>();
    private ProtoWriter current = new ProtoWriter();
    private int elements;
    private int ids;

    void control(int kind, ProtoWriter body, int idCount) {
      add(CONTROL, new ProtoWriter().message(kind, body).toBytes(), idCount);
    }

    void add(int field, byte[] body, int idCount) {
      boolean fits =
          current.size() + body.length + FIELD_FRAME <= Bounds.RPC_BYTES
              && elements < Bounds.CONTROLS
              && ids + idCount <= Bounds.IDS;
      if (!fits) next();
      current.bytesAlways(field, body);
      elements++;
      ids += idCount;
    }

    List<byte[]> finish() {
      if (elements > 0) next();
      return done;
    }

    private void next() {
      done.add(current.toBytes());
      current = new ProtoWriter();
      elements = 0;
      ids = 0;
    }
  }
}
