package lockstep.ledger;

import java.io.IOException;
import java.util.stream.Stream;
import lockstep.base.PeerViolationException;
import lockstep.testkit.FuzzTarget;
import lockstep.testkit.FuzzTargets;

/// Entries that members pass on, and the log's records; see [FuzzTargets].
class FuzzTest implements FuzzTargets {
  @Override
  public Stream<FuzzTarget> targets() {
    return Stream.of(
        new FuzzTarget("entry", UnverifiedEntry::decode, PeerViolationException.class),
        new FuzzTarget("body", BodyCodec::decode, PeerViolationException.class),
        new FuzzTarget("entry-record", EntryStore::decode, IOException.class),
        new FuzzTarget("branch-record", BranchRecord::decode, IOException.class));
  }
}
