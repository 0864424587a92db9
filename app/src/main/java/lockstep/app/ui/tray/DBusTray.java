package lockstep.app.ui.tray;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import lockstep.app.ui.model.Notice;
import lockstep.app.ui.model.Snapshot.Overall;
import lockstep.app.ui.model.TrayView;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.exceptions.DBusExecutionException;
import org.freedesktop.dbus.interfaces.DBus;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.Variant;

/// The tray over D-Bus. One thread says everything; the library's threads bring what is chosen.
final class DBusTray implements Tray {
  private static final System.Logger LOG = System.getLogger(DBusTray.class.getName());
  private static final long FRAME_MILLIS = 150;
  private static final int NOTICES_REMEMBERED_MAX = 100;

  private final DBusConnection bus;
  private final Parts parts;
  private final ExportedItem item;
  private final ExportedMenu menu;
  private final String name = StatusNotifierItem.NAME + "-" + ProcessHandle.current().pid() + "-1";
  private final BlockingQueue<Saying> toSay = new LinkedBlockingQueue<>();
  private final Thread speaker = Thread.ofVirtual().name("tray").unstarted(this::speak);
  private volatile boolean shown;

  // the speaker's own
  private final Map<UInt32, Notice> notices = new HashMap<>();
  private TrayView view = new TrayView(Overall.OFFLINE, "", List.of());

  private interface Saying {
    void run() throws DBusException;
  }

  private DBusTray(DBusConnection bus, Parts parts) {
    this.bus = bus;
    this.parts = parts;
    item = new ExportedItem(parts, view);
    menu = new ExportedMenu(parts.chosen());
  }

  /// @param address of the session's bus
  static Optional<Tray> on(String address, Parts parts) {
    try {
      DBusConnectionBuilder builder = DBusConnectionBuilder.forAddress(address);
      builder.transportConfig().withServiceLoaderClassLoader(DBusTray.class.getClassLoader());
      var tray = new DBusTray(builder.withShared(false).build(), parts);
      tray.begin();
      return Optional.of(tray);
    } catch (DBusException | RuntimeException noBus) {
      LOG.log(Level.INFO, "there is no tray: {0}", noBus.getMessage());
      return Optional.empty();
    }
  }

  private void begin() throws DBusException {
    bus.requestBusName(name);
    bus.exportObject(item);
    bus.exportObject(menu);
    bus.addSigHandler(
        DBus.NameOwnerChanged.class,
        change -> {
          if (change.name.equals(StatusNotifierWatcher.NAME)) toSay.add(this::register);
        });
    bus.addSigHandler(Notifications.ActionInvoked.class, this::invoked);
    register();
    speaker.start();
  }

  /// Has the watcher know of the icon; one that comes later, or anew, is told then.
  private void register() throws DBusException {
    try {
      bus.getRemoteObject(
              StatusNotifierWatcher.NAME, StatusNotifierWatcher.PATH, StatusNotifierWatcher.class)
          .RegisterStatusNotifierItem(name);
      shown = true;
    } catch (DBusExecutionException nobody) {
      shown = false;
      LOG.log(Level.DEBUG, "nobody shows the tray: {0}", nobody.getMessage());
    }
  }

  private void speak() {
    try {
      while (true) {
        Saying next =
            view.state() == Overall.SYNCING
                ? toSay.poll(FRAME_MILLIS, TimeUnit.MILLISECONDS)
                : toSay.take();
        say(next == null ? this::turn : next);
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private static void say(Saying saying) {
    try {
      saying.run();
    } catch (DBusException | DBusExecutionException unheard) {
      LOG.log(Level.DEBUG, "the tray was not heard", unheard);
    }
  }

  private void turn() throws DBusException {
    if (item.turn()) bus.sendMessage(new StatusNotifierItem.NewIcon(StatusNotifierItem.PATH));
  }

  @Override
  public void show(TrayView fresh) {
    toSay.add(() -> change(fresh));
  }

  private void change(TrayView fresh) throws DBusException {
    TrayView before = view;
    if (fresh.equals(before)) return;
    view = fresh;
    if (fresh.state() != before.state() || !fresh.line().equals(before.line())) {
      item.show(fresh);
      bus.sendMessage(new StatusNotifierItem.NewIcon(StatusNotifierItem.PATH));
      bus.sendMessage(new StatusNotifierItem.NewToolTip(StatusNotifierItem.PATH));
      bus.sendMessage(
          new StatusNotifierItem.NewStatus(StatusNotifierItem.PATH, ExportedItem.status(fresh)));
    }
    if (!fresh.menu().equals(before.menu())) {
      bus.sendMessage(new Menu.LayoutUpdated(Menu.PATH, menu.show(fresh.menu()), 0));
    }
  }

  @Override
  public void say(Notice notice) {
    toSay.add(() -> send(notice));
  }

  private void send(Notice notice) throws DBusException {
    UInt32 id =
        server()
            .Notify(
                "Lockstep",
                new UInt32(0),
                "",
                notice.title(),
                markupFree(notice.body()),
                List.of("default", parts.open()),
                hints(notice),
                -1);
    if (notices.size() >= NOTICES_REMEMBERED_MAX) notices.clear();
    notices.put(id, notice);
  }

  private Notifications server() throws DBusException {
    return bus.getRemoteObject(Notifications.NAME, Notifications.PATH, Notifications.class);
  }

  private Map<String, Variant<?>> hints(Notice notice) {
    var hints = new HashMap<String, Variant<?>>();
    hints.put("urgency", new Variant<>((byte) (notice.urgent() ? 2 : 1)));
    parts.pictures().getOrDefault(Overall.IDLE, List.of()).stream()
        .limit(1)
        .flatMap(List::stream)
        .max(Comparator.comparing(Picture::side))
        .map(picture -> new Variant<>(new Notifications.ImageData(picture), "(iiibiiay)"))
        .ifPresent(picture -> hints.put("image-data", picture));
    return hints;
  }

  @Override
  public void withdraw(Predicate<Notice> over) {
    toSay.add(() -> close(over));
  }

  private void close(Predicate<Notice> over) throws DBusException {
    for (UInt32 id : List.copyOf(notices.keySet())) {
      if (over.test(notices.get(id))) {
        notices.remove(id);
        server().CloseNotification(id);
      }
    }
  }

  /// A body may hold markup; names of files and people are none.
  private static String markupFree(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /// In its turn: the number of a notice is known only once the server has answered.
  private void invoked(Notifications.ActionInvoked action) {
    toSay.add(
        () ->
            Optional.ofNullable(notices.remove(action.id))
                .map(Notice::goal)
                .ifPresent(parts.chosen()));
  }

  @Override
  public boolean isShown() {
    return shown;
  }

  @Override
  public void close() {
    speaker.interrupt();
    try {
      bus.close();
    } catch (IOException gone) {
      LOG.log(Level.DEBUG, "the bus went first", gone);
    }
  }
}
