package lockstep.app.ui.tray;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import lockstep.app.ui.model.Goal;
import lockstep.app.ui.model.TrayView;
import org.freedesktop.dbus.errors.UnknownProperty;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.Variant;

/// The tray's menu on the bus. Items are numbered in the order in which they stand. To choose from
/// a menu that has changed meanwhile does nothing.
public final class ExportedMenu implements Menu, org.freedesktop.dbus.interfaces.Properties {
  private static final UInt32 VERSION = new UInt32(3);

  private final Consumer<Goal> chosen;

  // guarded by this
  private final Map<Integer, Map<String, Variant<?>>> looks = new HashMap<>();
  private final Map<Integer, Goal> goals = new HashMap<>();
  private Menu.Item root = root(List.of());
  private int nextId = 1;
  private long revision;

  ExportedMenu(Consumer<Goal> chosen) {
    this.chosen = chosen;
  }

  /// Shows other items; numbers are not used twice, so that a click on the menu of before never
  /// does something else.
  ///
  /// @return the revision
  synchronized UInt32 show(List<TrayView.Item> items) {
    looks.clear();
    goals.clear();
    root = root(children(items));
    return new UInt32(++revision);
  }

  private Menu.Item root(List<Variant<?>> children) {
    return item(0, Map.of("children-display", new Variant<>("submenu")), children);
  }

  private List<Variant<?>> children(List<TrayView.Item> items) {
    var children = new ArrayList<Variant<?>>();
    for (TrayView.Item each : items) children.add(new Variant<>(of(each), Menu.ITEM));
    return children;
  }

  private Menu.Item of(TrayView.Item shown) {
    int id = nextId++;
    return switch (shown) {
      case TrayView.Separator() -> item(id, Map.of("type", new Variant<>("separator")), List.of());
      case TrayView.Entry(String label, Optional<Goal> goal) -> {
        goal.ifPresent(where -> goals.put(id, where));
        yield item(
            id,
            Map.of("label", label(label), "enabled", new Variant<>(goal.isPresent())),
            List.of());
      }
      case TrayView.Submenu(String label, List<TrayView.Item> items) ->
          item(
              id,
              Map.of("label", label(label), "children-display", new Variant<>("submenu")),
              children(items));
    };
  }

  /// An underscore would underline the letter after it.
  private static Variant<?> label(String text) {
    return new Variant<>(text.replace("_", "__"));
  }

  private Menu.Item item(int id, Map<String, Variant<?>> look, List<Variant<?>> children) {
    looks.put(id, look);
    return new Menu.Item(id, look, children);
  }

  @Override
  public synchronized Menu.Layout<UInt32, Menu.Item> GetLayout(
      int parent, int depth, List<String> properties) {
    return new Menu.Layout<>(new UInt32(revision), cut(find(root, parent).orElse(root), depth));
  }

  private static Optional<Menu.Item> find(Menu.Item in, int id) {
    if (in.id == id) return Optional.of(in);
    return in.children.stream()
        .flatMap(child -> find((Menu.Item) child.getValue(), id).stream())
        .findFirst();
  }

  private static Menu.Item cut(Menu.Item item, int depth) {
    if (depth < 0) return item;
    var children = new ArrayList<Variant<?>>();
    if (depth > 0) {
      for (Variant<?> child : item.children) {
        children.add(new Variant<>(cut((Menu.Item) child.getValue(), depth - 1), Menu.ITEM));
      }
    }
    return new Menu.Item(item.id, item.properties, children);
  }

  @Override
  public synchronized List<Menu.Properties> GetGroupProperties(
      List<Integer> ids, List<String> properties) {
    return (ids.isEmpty() ? List.copyOf(looks.keySet()) : ids)
        .stream()
            .filter(looks::containsKey)
            .map(id -> new Menu.Properties(id, looks.getOrDefault(id, Map.of())))
            .toList();
  }

  @Override
  public synchronized Variant<?> GetProperty(int id, String name) {
    Variant<?> value = looks.getOrDefault(id, Map.of()).get(name);
    return value == null ? new Variant<>("") : value;
  }

  @Override
  public void Event(int id, String event, Variant<?> data, UInt32 at) {
    if (!event.equals("clicked")) return;
    Optional<Goal> goal;
    synchronized (this) {
      goal = Optional.ofNullable(goals.get(id));
    }
    goal.ifPresent(chosen);
  }

  @Override
  public List<Integer> EventGroup(List<Menu.Happening> events) {
    events.forEach(each -> Event(each.id, each.event, each.data, each.at));
    return List.of();
  }

  @Override
  public boolean AboutToShow(int id) {
    return false;
  }

  @Override
  public Menu.Shown<List<Integer>, List<Integer>> AboutToShowGroup(List<Integer> ids) {
    return new Menu.Shown<>(List.of(), List.of());
  }

  @Override
  @SuppressWarnings("unchecked")
  public <A> A Get(String interfaceName, String property) {
    Variant<?> value = GetAll(interfaceName).get(property);
    if (value == null) throw new UnknownProperty("there is no property " + property);
    return (A) value;
  }

  @Override
  public <A> void Set(String interfaceName, String property, A value) {
    // nothing can be set
  }

  @Override
  public Map<String, Variant<?>> GetAll(String interfaceName) {
    var all = new LinkedHashMap<String, Variant<?>>();
    all.put("Version", new Variant<>(VERSION));
    all.put("TextDirection", new Variant<>("ltr"));
    all.put("Status", new Variant<>("normal"));
    all.put("IconThemePath", new Variant<>(List.of(), "as"));
    return all;
  }

  @Override
  public String getObjectPath() {
    return Menu.PATH;
  }
}
