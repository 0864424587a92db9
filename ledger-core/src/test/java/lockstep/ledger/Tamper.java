package lockstep.ledger;

import java.util.List;
import java.util.Optional;
import lockstep.base.PrivateKey;
import lockstep.base.WriterId;

/// Entries that an honest device would not write, and bytes that nobody signed.
final class Tamper {
  private Tamper() {}

  static byte[] flip(byte[] bytes, int position) {
    byte[] flipped = bytes.clone();
    flipped[position] ^= (byte) (1 << position % 8);
    return flipped;
  }

  /// The next entry of `key`'s chain as `ledger` knows it, with nothing checked.
  static byte[] entry(PrivateKey key, Ledger ledger, Payload payload) {
    return entry(key, ledger, payload, ledger.clock() + 1);
  }

  static byte[] entry(PrivateKey key, Ledger ledger, Payload payload, long clock) {
    var writer = new WriterId(key.publicKey(), 0);
    var entries = ledger.entries().toList();
    Optional<Entry> before =
        entries.stream().filter(entry -> entry.writer().equals(writer)).findFirst();
    var seen =
        ledger.frontier().counters().entrySet().stream()
            .filter(head -> !head.getKey().equals(writer))
            .map(head -> head(entries, head.getKey(), head.getValue()))
            .filter(head -> before.isEmpty() || isNews(ledger, writer, head))
            .toList();
    var body =
        new Entry.Body(
            Optional.of(ledger.folderId()),
            writer,
            before.map(Entry::sequence).orElse(0L) + 1,
            before.map(Entry::hash),
            clock,
            java.time.Instant.EPOCH,
            seen,
            payload);
    return UnverifiedEntry.sign(body, key).encoded();
  }

  private static Head head(List<Entry> entries, WriterId writer, long sequence) {
    return entries.stream()
        .filter(entry -> entry.writer().equals(writer) && entry.sequence() == sequence)
        .findFirst()
        .orElseThrow()
        .head();
  }

  private static boolean isNews(Ledger ledger, WriterId writer, Head head) {
    return ledger
        .entries()
        .filter(entry -> entry.writer().equals(writer))
        .flatMap(entry -> entry.body().seen().stream())
        .noneMatch(
            seen -> seen.writer().equals(head.writer()) && seen.sequence() >= head.sequence());
  }
}
