package lockstep.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import lockstep.base.VersionVector;
import lockstep.ledger.Ledger;
import lockstep.ledger.Missing;

/// All entries of a ledger up to its frontier of now, in dependency order, some at a time. Fails
/// with an [UncheckedIOException] where the disk does.
final class LedgerWalk implements Iterator<List<byte[]>> {
  private static final int ENTRIES_BYTES = 1 << 20;

  private final Ledger ledger;
  private final VersionVector end;
  private VersionVector passed = VersionVector.EMPTY;

  LedgerWalk(Ledger ledger) {
    this.ledger = ledger;
    this.end = ledger.frontier();
  }

  @Override
  public boolean hasNext() {
    return !end.includedIn(passed);
  }

  @Override
  public List<byte[]> next() {
    try {
      Missing missing = ledger.since(passed, ENTRIES_BYTES);
      if (missing.entries().isEmpty()) {
        throw new NoSuchElementException("the ledger ends before its frontier");
      }
      passed = missing.reached();
      return missing.entries();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
