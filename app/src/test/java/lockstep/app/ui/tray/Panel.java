package lockstep.app.ui.tray;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.interfaces.Properties;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.Variant;

/// What a desktop has on its session bus: a watcher of tray icons and a notification server, in one
/// process of their own connection.
public final class Panel implements StatusNotifierWatcher, Notifications, AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final DBusConnection bus;
  private final BlockingQueue<String> services = new LinkedBlockingQueue<>();
  private final BlockingQueue<Shown> notices = new LinkedBlockingQueue<>();
  private final BlockingQueue<UInt32> closed = new LinkedBlockingQueue<>();
  private final BlockingQueue<DBusSignal> signals = new LinkedBlockingQueue<>();
  private final AtomicInteger ids = new AtomicInteger();

  /// A notice as it came.
  record Shown(
      UInt32 id,
      String summary,
      String body,
      List<String> actions,
      Map<String, Variant<?>> hints) {}

  Panel(String address) throws DBusException {
    bus = DBusConnectionBuilder.forAddress(address).withShared(false).build();
    bus.exportObject(StatusNotifierWatcher.PATH, this);
    bus.exportObject(Notifications.PATH, this);
    bus.addSigHandler(StatusNotifierItem.NewIcon.class, signals::add);
    bus.addSigHandler(StatusNotifierItem.NewStatus.class, signals::add);
    bus.addSigHandler(Menu.LayoutUpdated.class, signals::add);
    bus.requestBusName(Notifications.NAME);
    bus.requestBusName(StatusNotifierWatcher.NAME);
  }

  @Override
  public void RegisterStatusNotifierItem(String service) {
    services.add(service);
  }

  @Override
  public UInt32 Notify(
      String application,
      UInt32 replaces,
      String icon,
      String summary,
      String body,
      List<String> actions,
      Map<String, Variant<?>> hints,
      int timeout) {
    var id = new UInt32(ids.incrementAndGet());
    notices.add(new Shown(id, summary, body, List.copyOf(actions), Map.copyOf(hints)));
    return id;
  }

  @Override
  public void CloseNotification(UInt32 id) {
    closed.add(id);
  }

  private static <T> T in(BlockingQueue<T> queue, String what) throws InterruptedException {
    T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next == null) throw new AssertionError("no " + what + " came");
    return next;
  }

  /// The bus name of the icon.
  String registered() throws InterruptedException {
    return in(services, "icon");
  }

  Shown notified() throws InterruptedException {
    return in(notices, "notice");
  }

  /// Which notice was taken back.
  UInt32 takenBack() throws InterruptedException {
    return in(closed, "word that a notice is over");
  }

  /// Somebody clicks on a notice.
  void invoke(Shown notice) throws DBusException {
    bus.sendMessage(new Notifications.ActionInvoked(Notifications.PATH, notice.id(), "default"));
  }

  DBusSignal awaitSignal(Class<? extends DBusSignal> kind) throws InterruptedException {
    while (true) {
      DBusSignal next = in(signals, kind.getSimpleName());
      if (kind.isInstance(next)) return next;
    }
  }

  Properties properties(String service, String path) throws DBusException {
    return bus.getRemoteObject(service, path, Properties.class);
  }

  Menu menu(String service) throws DBusException {
    return bus.getRemoteObject(service, Menu.PATH, Menu.class);
  }

  /// An item as it comes within a variant: without its type.
  @SuppressWarnings("unchecked")
  static Menu.Item item(Object of) {
    if (of instanceof Menu.Item item) return item;
    Object[] fields = (Object[]) of;
    return new Menu.Item(
        (Integer) fields[0], (Map<String, Variant<?>>) fields[1], (List<Variant<?>>) fields[2]);
  }

  @Override
  public String getObjectPath() {
    return StatusNotifierWatcher.PATH;
  }

  @Override
  public void close() {
    try {
      bus.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
