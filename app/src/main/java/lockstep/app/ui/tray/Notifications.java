package lockstep.app.ui.tray;

import java.util.List;
import java.util.Map;
import org.freedesktop.dbus.Struct;
import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.annotations.Position;
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

  void CloseNotification(UInt32 id);

  /// A picture, `(iiibiiay)`.
  final class ImageData extends Struct {
    private static final int CHANNELS = 4;

    @Position(0)
    public final int width;

    @Position(1)
    public final int height;

    @Position(2)
    public final int bytesPerLine;

    @Position(3)
    public final boolean alpha;

    @Position(4)
    public final int bitsPerSample;

    @Position(5)
    public final int channels;

    @Position(6)
    public final byte[] rgba;

    ImageData(Picture picture) {
      width = picture.side();
      height = picture.side();
      bytesPerLine = CHANNELS * picture.side();
      alpha = true;
      bitsPerSample = Byte.SIZE;
      channels = CHANNELS;
      rgba = picture.rgba();
    }
  }

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
