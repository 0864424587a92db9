package lockstep.app.ui.tray;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import lockstep.app.ui.model.Goal;
import lockstep.app.ui.model.Notice;
import lockstep.app.ui.model.Snapshot.Overall;
import lockstep.app.ui.model.TrayView;

/// The program outside its window. No method waits for the system; all may be called from any
/// thread.
public interface Tray extends AutoCloseable {
  void show(TrayView view);

  void say(Notice notice);

  /// Takes back what was said of a matter that is over, where the system can.
  void withdraw(Predicate<Notice> over);

  /// Whether somebody shows the icon: without one, who closes the window would never find it again.
  boolean isShown();

  @Override
  void close();

  /// What a tray is made of.
  ///
  /// @param pictures for each state the pictures that follow each other, each in all sizes
  /// @param open the label of what leads a notice's reader to the window
  /// @param chosen told, on a thread of the tray's, what somebody wants
  record Parts(Map<Overall, List<List<Picture>>> pictures, String open, Consumer<Goal> chosen) {
    public Parts {
      pictures = Map.copyOf(pictures);
    }
  }

  /// The tray of this system, if it has one. Blocks while it is looked for.
  ///
  /// @param sessionBus the address of D-Bus, where there is one
  static Optional<Tray> open(Optional<String> sessionBus, Parts parts) {
    boolean linux = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");
    return linux ? sessionBus.flatMap(address -> DBusTray.on(address, parts)) : AwtTray.of(parts);
  }
}
