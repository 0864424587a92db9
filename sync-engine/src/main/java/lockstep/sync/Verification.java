package lockstep.sync;

import java.util.List;

/// What `verify` found.
public record Verification(
    long filesChecked, long bytesChecked, long entriesChecked, List<Problem> problems) {
  public Verification {
    problems = List.copyOf(problems);
  }

  public boolean ok() {
    return problems.isEmpty();
  }

  /// @param kind `content`, `missing`, `chain`, `signature`, `store` ...
  public record Problem(String kind, String path, String detail) {}
}
