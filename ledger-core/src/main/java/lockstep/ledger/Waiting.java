package lockstep.ledger;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lockstep.base.Blake3;

/// What a member has sent that cannot enter the ledger yet: entries of a device in quarantine that
/// nobody in good standing has built upon, and what builds on them. One for each conversation, so
/// that no member can take another's room. In memory alone: whoever sent it has it.
///
/// Signatures were checked. Guarded by the ledger that fills it.
public final class Waiting {
  /// Beyond that the newest are not kept: they are sent again when the conversation begins anew.
  static final long BYTES_MAX = 16 << 20;

  static final int COUNT_MAX = 20_000;

  private List<Entry> entries = List.of();
  private boolean full;

  /// Nothing waits yet.
  public Waiting() {}

  List<Entry> entries() {
    return entries;
  }

  /// All that waits, and what came, in dependency order: what an entry builds on may come after it,
  /// and clocks tell.
  List<Entry> with(List<Entry> came) {
    if (entries.isEmpty()) return came;
    List<Entry> all = new ArrayList<>(entries);
    all.addAll(came);
    all.sort(Comparator.comparingLong(Entry::clock));
    return all;
  }

  /// @param left in dependency order
  void keep(List<Entry> left) {
    List<Entry> kept = new ArrayList<>();
    Set<Blake3> hashes = new HashSet<>();
    long bytes = 0;
    for (Entry entry : left) {
      bytes += entry.encodedLength();
      if (bytes > BYTES_MAX || kept.size() == COUNT_MAX) {
        full = true;
        break;
      }
      if (hashes.add(entry.hash())) kept.add(entry);
    }
    entries = kept;
  }

  /// Whether some had to be dropped.
  boolean isFull() {
    return full;
  }

  /// Whether nothing waits.
  public boolean isEmpty() {
    return entries.isEmpty();
  }
}
