package lockstep.sync;

import java.util.List;

/// What `repair` did.
///
/// @param mended what was damaged and is whole again
/// @param problems what is still wrong, with the reason; nothing about it was changed
public record Mending(List<Verification.Problem> mended, List<Verification.Problem> problems) {
  public Mending {
    mended = List.copyOf(mended);
    problems = List.copyOf(problems);
  }

  public boolean ok() {
    return problems.isEmpty();
  }
}
