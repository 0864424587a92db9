package lockstep.app.ui.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A short code that was made here, for somebody to say it.
///
/// @param made by the clock of this computer
public record ShortCode(String code, String folder, Instant made) {
  /// As the control API promises it.
  static final Duration VALIDITY = Duration.ofMinutes(10);

  /// What has become of it. It can be tried once, so each but the first is final.
  public sealed interface Fate {
    record Open() implements Fate {}

    /// @param by the device that has come with it, by its name if that is known
    record Used(Optional<String> by) implements Fate {}

    /// Somebody tried a wrong code, or broke off.
    record Lost() implements Fate {}

    record Expired() implements Fate {}
  }

  /// @param events of before do not matter: numbers come again
  public Fate fate(Snapshot snapshot, List<Event> events, Instant now) {
    return events.stream()
        .filter(this::isAboutThis)
        .<Fate>map(
            event ->
                event.type().equals("short-code-used")
                    ? new Fate.Used(snapshot.nameOf(event.peer()))
                    : new Fate.Lost())
        .findFirst()
        .orElseGet(() -> now.isBefore(made.plus(VALIDITY)) ? new Fate.Open() : new Fate.Expired());
  }

  private boolean isAboutThis(Event event) {
    return event.type().startsWith("short-code-")
        && event.folder().equals(folder)
        && code.startsWith(event.number() + "-")
        && event.at().filter(at -> at.isAfter(made)).isPresent();
  }
}
