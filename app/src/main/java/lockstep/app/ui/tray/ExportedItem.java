package lockstep.app.ui.tray;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import lockstep.app.ui.model.Goal;
import lockstep.app.ui.model.Snapshot.Overall;
import lockstep.app.ui.model.TrayView;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.errors.UnknownProperty;
import org.freedesktop.dbus.interfaces.Properties;
import org.freedesktop.dbus.types.Variant;

/// The tray's icon on the bus.
public final class ExportedItem implements StatusNotifierItem, Properties {
  private final Map<Overall, List<List<Picture>>> pictures;
  private final Consumer<Goal> chosen;

  // guarded by this
  private TrayView view;
  private int frame;

  ExportedItem(Tray.Parts parts, TrayView first) {
    pictures = parts.pictures();
    chosen = parts.chosen();
    view = first;
  }

  synchronized void show(TrayView fresh) {
    view = fresh;
    frame = 0;
  }

  /// Goes on to the next picture.
  ///
  /// @return false if there is but one
  synchronized boolean turn() {
    int frames = frames().size();
    frame = (frame + 1) % frames;
    return frames > 1;
  }

  private List<List<Picture>> frames() {
    return pictures.getOrDefault(view.state(), List.of(List.of()));
  }

  static String status(TrayView view) {
    return view.state() == Overall.ATTENTION ? "NeedsAttention" : "Active";
  }

  @Override
  public void Activate(int x, int y) {
    chosen.accept(new Goal.ShowPage(""));
  }

  @Override
  public void SecondaryActivate(int x, int y) {
    Activate(x, y);
  }

  @Override
  public void ContextMenu(int x, int y) {
    // the menu is on the bus
  }

  @Override
  public void Scroll(int delta, String orientation) {
    // there is nothing to turn
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
  public synchronized Map<String, Variant<?>> GetAll(String interfaceName) {
    var pixmaps =
        frames().get(frame).stream()
            .map(picture -> new Pixmap(picture.side(), picture.side(), picture.bytes()))
            .toList();
    var all = new LinkedHashMap<String, Variant<?>>();
    all.put("Category", new Variant<>("ApplicationStatus"));
    all.put("Id", new Variant<>("lockstep"));
    all.put("Title", new Variant<>("Lockstep"));
    all.put("Status", new Variant<>(status(view)));
    all.put("WindowId", new Variant<>(0));
    all.put("IconName", new Variant<>(""));
    all.put("IconPixmap", new Variant<>(pixmaps, "a(iiay)"));
    all.put("OverlayIconName", new Variant<>(""));
    all.put("AttentionIconName", new Variant<>(""));
    all.put("AttentionIconPixmap", new Variant<>(pixmaps, "a(iiay)"));
    all.put(
        "ToolTip",
        new Variant<>(new ToolTip("", List.of(), "Lockstep", view.line()), "(sa(iiay)ss)"));
    all.put("ItemIsMenu", new Variant<>(false));
    all.put("Menu", new Variant<>(new DBusPath(Menu.PATH)));
    return all;
  }

  @Override
  public String getObjectPath() {
    return StatusNotifierItem.PATH;
  }
}
