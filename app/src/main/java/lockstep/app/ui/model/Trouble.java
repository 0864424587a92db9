package lockstep.app.ui.model;

import java.util.Optional;
import lockstep.app.Failure;

/// What went wrong, in words for people: what, why, and what to try.
public record Trouble(String what, Optional<String> why, Optional<String> advice) {
  static Trouble of(Exception thrown) {
    Failure failure =
        thrown instanceof Failure told ? told : Failure.of("this could not be done", thrown);
    return new Trouble(failure.what(), failure.why(), failure.advice());
  }
}
