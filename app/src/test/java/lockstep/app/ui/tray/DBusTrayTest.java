package lockstep.app.ui.tray;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import lockstep.app.ui.model.Goal;
import lockstep.app.ui.model.Notice;
import lockstep.app.ui.model.Snapshot.Overall;
import lockstep.app.ui.model.TrayView;
import org.freedesktop.dbus.interfaces.Properties;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.Variant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The tray on a real session bus, as a panel and a notification server see it.
class DBusTrayTest {
  private final BlockingQueue<Goal> chosen = new LinkedBlockingQueue<>();
  private final Tray.Parts parts =
      new Tray.Parts(
          Map.of(
              Overall.IDLE, List.of(List.of(picture(1))),
              Overall.OFFLINE, List.of(List.of(picture(2))),
              Overall.SYNCING, List.of(List.of(picture(3)), List.of(picture(4)))),
          "Open",
          chosen::add);
  private final SessionBus bus = new SessionBus();
  private Optional<Panel> panel = Optional.empty();
  private Optional<Tray> tray = Optional.empty();

  private static Picture picture(int argb) {
    int[] pixels = new int[4];
    Arrays.fill(pixels, argb);
    return new Picture(2, pixels);
  }

  private static TrayView view(Overall state, String line, TrayView.Item... items) {
    return new TrayView(state, line, List.of(items));
  }

  private static TrayView.Entry entry(String label, Goal goal) {
    return new TrayView.Entry(label, Optional.of(goal));
  }

  @BeforeEach
  void a_panel_is_there() throws Exception {
    panel = Optional.of(new Panel(bus.address()));
  }

  @AfterEach
  void all_ends() {
    tray.ifPresent(Tray::close);
    panel.ifPresent(Panel::close);
    bus.close();
  }

  private Tray opened() {
    tray = DBusTray.on(bus.address(), parts);
    return tray.orElseThrow();
  }

  @Test
  void the_panel_is_told_of_the_icon_and_sees_its_state() throws Exception {
    Tray shown = opened();

    assertThat(shown.isShown()).isTrue();
    Panel seeing = panel.orElseThrow();
    String service = seeing.registered();
    shown.show(view(Overall.IDLE, "Everything is in sync"));
    seeing.awaitSignal(StatusNotifierItem.NewStatus.class);

    Properties item = seeing.properties(service, StatusNotifierItem.PATH);
    assertThat(item.<Object>Get(StatusNotifierItem.NAME, "Id")).isEqualTo("lockstep");
    assertThat(item.<Object>Get(StatusNotifierItem.NAME, "Status")).isEqualTo("Active");
    assertThat(item.<Object>Get(StatusNotifierItem.NAME, "Menu")).hasToString(Menu.PATH);
    Map<String, Variant<?>> all = item.GetAll(StatusNotifierItem.NAME);
    Object[] tip = (Object[]) all.get("ToolTip").getValue();
    assertThat(tip[3]).isEqualTo("Everything is in sync");
    Object[] picture = (Object[]) ((List<?>) all.get("IconPixmap").getValue()).getFirst();
    assertThat(picture[0]).isEqualTo(2);
    assertThat(picture[2].toString()).isNotEmpty();
  }

  @Test
  void what_needs_somebody_says_so_without_colour() throws Exception {
    Tray shown = opened();
    Panel seeing = panel.orElseThrow();
    shown.show(view(Overall.ATTENTION, "Something needs you"));

    var signal =
        (StatusNotifierItem.NewStatus) seeing.awaitSignal(StatusNotifierItem.NewStatus.class);
    assertThat(signal.status).isEqualTo("NeedsAttention");
  }

  @Test
  void the_picture_turns_while_something_is_under_way() throws Exception {
    Tray shown = opened();
    Panel seeing = panel.orElseThrow();
    shown.show(view(Overall.SYNCING, "Synchronising"));

    for (int picture = 0; picture < 4; picture++) {
      seeing.awaitSignal(StatusNotifierItem.NewIcon.class);
    }
  }

  @Test
  void whatever_is_chosen_of_the_menu_is_done() throws Exception {
    Tray shown = opened();
    Panel seeing = panel.orElseThrow();
    String service = seeing.registered();
    Goal open = new Goal.Open(Path.of("/film"));
    shown.show(
        view(
            Overall.IDLE,
            "in sync",
            entry("my_film", open),
            new TrayView.Separator(),
            new TrayView.Submenu("Quit", List.of(entry("Stop", new Goal.Quit(true))))));
    seeing.awaitSignal(Menu.LayoutUpdated.class);

    Menu menu = seeing.menu(service);
    Menu.Item root = menu.GetLayout(0, -1, List.of()).root;
    assertThat(labels(root)).containsExactly("my__film", "", "Quit");
    Menu.Item submenu = child(root, 2);
    assertThat(labels(submenu)).containsExactly("Stop");

    menu.Event(child(root, 0).id, "clicked", new Variant<>(0), new UInt32(0));
    assertThat(chosen.poll(60, TimeUnit.SECONDS)).isEqualTo(open);
    menu.Event(child(submenu, 0).id, "clicked", new Variant<>(0), new UInt32(0));
    assertThat(chosen.poll(60, TimeUnit.SECONDS)).isEqualTo(new Goal.Quit(true));
  }

  @Test
  void a_click_on_a_menu_of_before_does_nothing_else() throws Exception {
    Tray shown = opened();
    Panel seeing = panel.orElseThrow();
    Menu menu = seeing.menu(seeing.registered());
    shown.show(view(Overall.IDLE, "", entry("Pause", new Goal.Pause(0))));
    seeing.awaitSignal(Menu.LayoutUpdated.class);
    int old = child(menu.GetLayout(0, -1, List.of()).root, 0).id;
    shown.show(view(Overall.IDLE, "", entry("Quit", new Goal.Quit(true))));
    seeing.awaitSignal(Menu.LayoutUpdated.class);

    menu.Event(old, "clicked", new Variant<>(0), new UInt32(0));
    int now = child(menu.GetLayout(0, -1, List.of()).root, 0).id;
    menu.Event(now, "clicked", new Variant<>(0), new UInt32(0));
    assertThat(chosen.poll(60, TimeUnit.SECONDS)).isEqualTo(new Goal.Quit(true));
  }

  @Test
  void a_notice_is_shown_as_plain_text_and_leads_to_its_place() throws Exception {
    Tray shown = opened();
    Panel seeing = panel.orElseThrow();
    shown.say(new Notice("Conflict", "a <b> & c", true, new Goal.ShowPage("conflicts")));

    Panel.Shown notice = seeing.notified();
    assertThat(notice.summary()).isEqualTo("Conflict");
    assertThat(notice.body()).isEqualTo("a &lt;b&gt; &amp; c");
    assertThat(notice.actions()).containsExactly("default", "Open");
    assertThat(notice.hints().get("urgency").getValue()).isEqualTo((byte) 2);

    seeing.invoke(notice);
    assertThat(chosen.poll(60, TimeUnit.SECONDS)).isEqualTo(new Goal.ShowPage("conflicts"));
  }

  @Test
  void a_notice_has_the_picture_of_the_program() throws Exception {
    opened().say(notice("news"));

    Object[] image = (Object[]) panel.orElseThrow().notified().hints().get("image-data").getValue();
    assertThat(List.of(image).subList(0, 6)).containsExactly(2, 2, 8, true, 8, 4);
    assertThat(((List<?>) image[6]).subList(0, 4)).hasToString("[0, 0, 1, 0]"); // red first
  }

  @Test
  void a_notice_of_what_is_over_is_taken_back() throws Exception {
    Tray shown = opened();
    Panel seeing = panel.orElseThrow();
    shown.say(notice("open"));
    shown.say(notice("over"));
    shown.withdraw(notice -> notice.title().equals("over"));

    seeing.notified();
    assertThat(seeing.takenBack()).isEqualTo(seeing.notified().id());
  }

  private static Notice notice(String title) {
    return new Notice(title, "", false, new Goal.ShowPage(""));
  }

  @Test
  void a_panel_that_starts_anew_is_told_again() throws Exception {
    Tray shown = opened();
    panel.orElseThrow().registered();
    panel.orElseThrow().close();
    panel = Optional.of(new Panel(bus.address()));

    assertThat(panel.orElseThrow().registered()).startsWith(StatusNotifierItem.NAME);
    shown.show(view(Overall.IDLE, "what is said afterwards"));
    panel.orElseThrow().awaitSignal(StatusNotifierItem.NewStatus.class);
    assertThat(shown.isShown()).isTrue();
  }

  @Test
  void without_a_panel_nobody_believes_that_the_icon_can_be_seen() {
    panel.orElseThrow().close();

    assertThat(opened().isShown()).isFalse();
  }

  @Test
  void without_a_bus_there_is_no_tray() {
    assertThat(DBusTray.on("unix:path=/nowhere/bus", parts)).isEmpty();
  }

  private static Menu.Item child(Menu.Item of, int index) {
    return items(of).get(index);
  }

  private static List<Menu.Item> items(Menu.Item of) {
    return of.children.stream().map(child -> Panel.item(child.getValue())).toList();
  }

  private static List<String> labels(Menu.Item of) {
    return items(of).stream()
        .map(item -> item.properties.get("label"))
        .map(label -> label == null ? "" : label.getValue().toString())
        .toList();
  }
}
