package lockstep.app.ui.tray;

import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.interfaces.DBusInterface;

/// Who keeps the list of the icons for the tray.
@DBusInterfaceName(StatusNotifierWatcher.NAME)
public interface StatusNotifierWatcher extends DBusInterface {
  String NAME = "org.kde.StatusNotifierWatcher";
  String PATH = "/StatusNotifierWatcher";

  void RegisterStatusNotifierItem(String service);
}
