package lockstep.app.ui.tray;

import java.util.List;
import org.freedesktop.dbus.Struct;
import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.annotations.Position;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.interfaces.DBusInterface;
import org.freedesktop.dbus.messages.DBusSignal;

/// An icon in the tray, after the freedesktop draft "Status Notifier". Public, as all that the bus
/// calls; none of the program's own business.
@DBusInterfaceName(StatusNotifierItem.NAME)
public interface StatusNotifierItem extends DBusInterface {
  String NAME = "org.kde.StatusNotifierItem";
  String PATH = "/StatusNotifierItem";

  void Activate(int x, int y);

  void SecondaryActivate(int x, int y);

  void ContextMenu(int x, int y);

  void Scroll(int delta, String orientation);

  /// There is another picture.
  final class NewIcon extends DBusSignal {
    public NewIcon(String path) throws DBusException {
      super(path);
    }
  }

  /// There is another line.
  final class NewToolTip extends DBusSignal {
    public NewToolTip(String path) throws DBusException {
      super(path);
    }
  }

  /// There is another status.
  final class NewStatus extends DBusSignal {
    public final String status;

    public NewStatus(String path, String status) throws DBusException {
      super(path, status);
      this.status = status;
    }
  }

  /// A picture, `(iiay)`.
  final class Pixmap extends Struct {
    @Position(0)
    public final int width;

    @Position(1)
    public final int height;

    @Position(2)
    public final byte[] argb;

    public Pixmap(int width, int height, byte[] argb) {
      this.width = width;
      this.height = height;
      this.argb = argb;
    }
  }

  /// What is shown under the pointer, `(sa(iiay)ss)`.
  final class ToolTip extends Struct {
    @Position(0)
    public final String icon;

    @Position(1)
    public final List<Pixmap> pictures;

    @Position(2)
    public final String title;

    @Position(3)
    public final String text;

    public ToolTip(String icon, List<Pixmap> pictures, String title, String text) {
      this.icon = icon;
      this.pictures = pictures;
      this.title = title;
      this.text = text;
    }
  }
}
