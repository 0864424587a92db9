package lockstep.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lockstep.base.Blake3;

/// Checks a ledger as if every entry came from a stranger.
final class LedgerAudit {
  private static final int PROBLEMS_MAX = 1000;

  private LedgerAudit() {}

  static Audit run(Blake3 folder, List<Origin> origins, EntryStore store) {
    List<String> problems = new ArrayList<>();
    var chains = new Chains(store::read);
    Membership membership = Membership.empty(folder);
    long checked = 0;
    for (Origin origin : origins) {
      checked++;
      try {
        Entry entry = UnverifiedEntry.decode(store.encoded(origin)).verify();
        var draft = new Draft(folder, chains, membership);
        draft.add(entry);
        chains.add(draft.fitting().getFirst(), origin.position());
        membership = draft.membership();
        if (!entry.hash().equals(origin.hash())) problems.add(problem(origin, "it was changed"));
      } catch (IOException e) {
        problems.add(problem(origin, String.valueOf(e.getMessage())));
      }
      if (problems.size() == PROBLEMS_MAX) break;
    }
    return new Audit(checked, problems);
  }

  private static String problem(Origin origin, String what) {
    return "entry %s (number %d of %s): %s"
        .formatted(origin.hash().brief(), origin.sequence(), origin.writer().device(), what);
  }
}
