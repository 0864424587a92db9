package lockstep.ledger;

import java.util.List;

/// What [Ledger#verify] found.
///
/// @param entries how many were checked
/// @param problems what is wrong, a line each; empty if all is well
public record Audit(long entries, List<String> problems) {
  public Audit {
    problems = List.copyOf(problems);
  }
}
