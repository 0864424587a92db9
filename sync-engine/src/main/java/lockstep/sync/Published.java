package lockstep.sync;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.ledger.Entry;
import lockstep.ledger.Ledger;
import lockstep.ledger.Payload;

/// Up to where this device's own entries are taken into account in the durable *Applied*.
///
/// A change is in the ledger a moment before the journal has it in *Applied*. A crash in between
/// must not make it look as if somebody else had published it: what the user did to the file
/// afterwards, deleting it for instance, would be undone.
///
/// @param incarnation of this device's chain
/// @param sequence of the last entry that counts, 0 for none
record Published(int incarnation, long sequence) {
  /// Where the journal keeps it, among the paths of *Applied*.
  static final RelPath PLACE = RelPath.of(RelPath.RESERVED + "/published");

  /// All that the ledger has.
  static Published all(Ledger ledger) {
    return ledger.written().counters().entrySet().stream()
        .max(Map.Entry.comparingByKey())
        .map(last -> new Published(last.getKey().incarnation(), last.getValue()))
        .orElse(new Published(0, 0));
  }

  /// What this device published later made *Applied*, in the order of publishing.
  Map<RelPath, Applied> missing(Ledger ledger, PublicKey self) throws IOException {
    var missing = new LinkedHashMap<RelPath, Applied>();
    if (equals(all(ledger))) {
      return missing;
    }
    Deque<Entry> entries = new ArrayDeque<>();
    try (var newestFirst = ledger.entries()) {
      newestFirst
          .filter(entry -> entry.writer().device().equals(self))
          .takeWhile(this::isNews)
          .forEach(entries::addFirst);
    }
    for (Entry entry : entries) {
      if (entry.payload() instanceof Payload.Changes(var changes)) {
        changes.forEach(c -> missing.put(c.path(), Applied.exactly(c.node())));
      }
    }
    return missing;
  }

  private boolean isNews(Entry entry) {
    int order = Integer.compare(entry.writer().incarnation(), incarnation);
    return order > 0 || order == 0 && entry.sequence() > sequence;
  }

  byte[] encoded() {
    return new ProtoWriter().varint(1, incarnation).varint(2, sequence).toBytes();
  }

  static Published decode(byte[] bytes) throws PeerViolationException {
    var in = ProtoReader.of(bytes);
    long incarnation = 0;
    long sequence = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> incarnation = in.varint();
        case 2 -> sequence = in.varint();
        default -> in.skip();
      }
    }
    return new Published((int) incarnation, sequence);
  }
}
