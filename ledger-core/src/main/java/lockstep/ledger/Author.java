package lockstep.ledger;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.TimeSource;
import lockstep.base.WriterId;

/// Puts what this device states into signed entries. Guarded by the ledger's lock.
record Author(PrivateKey key, TimeSource time, Blake3 folder, Chains chains, OwnChains own) {
  /// What an entry takes beside its changes and the heads it has seen.
  private static final int ENTRY_BYTES = 1024;

  private static final int HEAD_BYTES = 96;

  static Entry genesis(PrivateKey key, TimeSource time, Payload.Genesis genesis) {
    var body =
        new Entry.Body(
            Optional.empty(),
            new WriterId(key.publicKey(), 0),
            1,
            Optional.empty(),
            1,
            wallTime(time),
            List.of(),
            genesis);
    return UnverifiedEntry.sign(body, key);
  }

  /// Adds the entries to an empty draft.
  void write(List<Payload> payloads, Draft draft) throws IOException {
    WriterId writer = own.latest();
    List<Head> seen = chains.news(chains.tip(writer).past(), writer);
    int room = Entry.ENCODED_BYTES_MAX - ENTRY_BYTES - HEAD_BYTES * seen.size();
    try {
      for (Payload payload : payloads) {
        for (Payload part : parts(stated(payload), room)) {
          Entry entry = UnverifiedEntry.sign(body(draft, writer, seen, part), key);
          UnverifiedEntry.checkProof(entry);
          draft.add(entry);
          seen = List.of();
        }
      }
    } catch (PeerViolationException e) {
      // Whatever our peers would refuse is not written in the first place.
      throw new IllegalStateException("cannot append: " + e.getMessage(), e);
    }
  }

  private Payload stated(Payload payload) {
    return chains.forked().isEmpty() ? payload : Wording.stated(payload, chains::stated);
  }

  private static List<Payload> parts(Payload payload, int room) {
    return payload instanceof Payload.Changes changes
        ? Batches.split(changes, room)
        : List.of(payload);
  }

  private Entry.Body body(Draft draft, WriterId writer, List<Head> seen, Payload payload) {
    Chains.Tip tip = draft.tip(writer);
    return new Entry.Body(
        Optional.of(folder),
        writer,
        tip.sequence() + 1,
        tip.sequence() == 0 ? Optional.empty() : Optional.of(tip.hash()),
        1 + (seen.isEmpty() ? tip.clock() : chains.clock()),
        wallTime(time),
        seen,
        payload);
  }

  private static Instant wallTime(TimeSource time) {
    Instant now = time.wallTime();
    if (now.isBefore(Instant.EPOCH)) return Instant.EPOCH;
    return now.isAfter(Entry.TIME_MAX) ? Entry.TIME_MAX : now;
  }
}
