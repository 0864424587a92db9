package lockstep.app.ui.tray;

import java.util.List;
import java.util.Map;
import org.freedesktop.dbus.Struct;
import org.freedesktop.dbus.Tuple;
import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.annotations.Position;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.interfaces.DBusInterface;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.Variant;

/// A menu that somebody else draws, after `com.canonical.dbusmenu` (libdbusmenu's dbus-menu.xml).
@DBusInterfaceName(Menu.NAME)
public interface Menu extends DBusInterface {
  String NAME = "com.canonical.dbusmenu";
  String PATH = "/MenuBar";
  String ITEM = "(ia{sv}av)";

  /// @param depth how many levels; -1 for all
  Layout<UInt32, Item> GetLayout(int parent, int depth, List<String> properties);

  List<Properties> GetGroupProperties(List<Integer> ids, List<String> properties);

  Variant<?> GetProperty(int id, String name);

  void Event(int id, String event, Variant<?> data, UInt32 at);

  List<Integer> EventGroup(List<Happening> events);

  boolean AboutToShow(int id);

  Shown<List<Integer>, List<Integer>> AboutToShowGroup(List<Integer> ids);

  /// The items below one are others now.
  final class LayoutUpdated extends DBusSignal {
    public final UInt32 revision;
    public final int parent;

    public LayoutUpdated(String path, UInt32 revision, int parent) throws DBusException {
      super(path, revision, parent);
      this.revision = revision;
      this.parent = parent;
    }
  }

  /// An item with those below it.
  final class Item extends Struct {
    @Position(0)
    public final int id;

    @Position(1)
    public final Map<String, Variant<?>> properties;

    /// Each of them an item again.
    @Position(2)
    public final List<Variant<?>> children;

    public Item(int id, Map<String, Variant<?>> properties, List<Variant<?>> children) {
      this.id = id;
      this.properties = properties;
      this.children = children;
    }
  }

  /// What an item looks like.
  final class Properties extends Struct {
    @Position(0)
    public final int id;

    @Position(1)
    public final Map<String, Variant<?>> properties;

    public Properties(int id, Map<String, Variant<?>> properties) {
      this.id = id;
      this.properties = properties;
    }
  }

  /// Something that was done to an item.
  final class Happening extends Struct {
    @Position(0)
    public final int id;

    @Position(1)
    public final String event;

    @Position(2)
    public final Variant<?> data;

    @Position(3)
    public final UInt32 at;

    public Happening(int id, String event, Variant<?> data, UInt32 at) {
      this.id = id;
      this.event = event;
      this.data = data;
      this.at = at;
    }
  }

  /// An answer of two values; the library wants their types as parameters.
  final class Layout<A, B> extends Tuple {
    @Position(0)
    public final A revision;

    @Position(1)
    public final B root;

    public Layout(A revision, B root) {
      this.revision = revision;
      this.root = root;
    }
  }

  /// Which items have become others, and which there are none of.
  final class Shown<A, B> extends Tuple {
    @Position(0)
    public final A updated;

    @Position(1)
    public final B unknown;

    public Shown(A updated, B unknown) {
      this.updated = updated;
      this.unknown = unknown;
    }
  }
}
