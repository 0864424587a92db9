package lockstep.app.ui.tray;

import java.util.List;
import java.util.Map;
import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.interfaces.DBusInterface;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.Variant;

/// Notices, after the freedesktop "Desktop Notifications Specification" 1.2.
@DBusInterfaceName(Notifications.NAME)
public interface Notifications extends DBusInterface {
  String NAME = "org.freedesktop.Notifications";
  String PATH = "/org/freedesktop/Notifications";

  UInt32 Notify(
      String application,
      UInt32 replaces,
      String icon,
      String summary,
      String body,
      List<String> actions,
      Map<String, Variant<?>> hints,
      int timeout);

  /// Somebody chose an action of a notice.
  final class ActionInvoked extends DBusSignal {
    public final UInt32 id;
    public final String action;

    public ActionInvoked(String path, UInt32 id, String action) throws DBusException {
      super(path, id, action);
      this.id = id;
      this.action = action;
    }
  }
}
