package lockstep.lease;

import java.util.Collections;
import java.util.SortedSet;
import lockstep.base.PeerId;

/// What all rules share: who this device is, whom it reaches, who may vote and what time it is.
final class LeaseContext {
  final PeerId self;
  final LeaseTerms terms;
  final Outbox out;
  final Electorate electorate = new Electorate();
  final Routes routes = new Routes(this);

  /// In one order on every run, for what is sent to them.
  SortedSet<PeerId> connected = Collections.emptySortedSet();

  /// Nanoseconds of elapsed time, as the last input had it.
  long now;

  LeaseContext(PeerId self, LeaseTerms terms, Outbox out) {
    this.self = self;
    this.terms = terms;
    this.out = out;
  }
}
