package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javafx.animation.Animation;
import javafx.animation.KeyFrame;
import javafx.animation.Timeline;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.Duration;
import lockstep.app.ui.model.Applicant;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.Former;
import lockstep.app.ui.model.Member;
import lockstep.app.ui.model.Peer;
import lockstep.app.ui.model.Session.Request;
import lockstep.app.ui.model.Snapshot;
import org.kordamp.ikonli.feather.Feather;

/// The other devices: how they are connected, how quick, and what they may do in which folder.
final class DevicesPage extends Page {
  private final VBox list = new VBox(12);
  private Snapshot shown = Snapshot.EMPTY;
  private List<Former> former = List.of();

  private final Map<String, RatePlot> plots = new HashMap<>();

  /// What can be pressed, by what it is about. It stays while numbers change beside it: a click has
  /// two halves, and the keyboard is somewhere.
  private final Map<Record, Node> controls = new HashMap<>();

  DevicesPage(App app) {
    super(app, "devices");
    consistOf(Kit.scrolling(list));
    var clock = new Timeline(new KeyFrame(Duration.seconds(1), _ -> plot()));
    clock.setCycleCount(Animation.INDEFINITE);
    node()
        .sceneProperty()
        .subscribe(
            scene -> {
              if (scene == null) clock.stop();
              else clock.play();
            });
  }

  /// The plots move on also while nothing changes.
  private void plot() {
    if (!node().isVisible()) return;
    Instant now = app.time.wallTime();
    plots.forEach((peer, plot) -> plot.show(app.session.rates().of(peer), now));
  }

  @Override
  void entered() {
    plot();
    readFormer();
  }

  private void readFormer() {
    if (!node().isVisible()) return;
    app.session.read(
        daemon -> daemon.former(shown.folders()),
        found -> {
          if (found.equals(former)) return;
          former = found;
          draw();
        },
        _ -> {}); // a daemon that is away is told of elsewhere
  }

  @Override
  void show(Snapshot snapshot) {
    if (snapshot.equals(shown)) return;
    shown = snapshot;
    draw();
    readFormer();
  }

  private void draw() {
    Snapshot snapshot = shown;
    plots.clear();
    controls.keySet().retainAll(subjects(snapshot));
    list.getChildren()
        .setAll(
            snapshot.applicants().stream()
                .map(asks -> controls.computeIfAbsent(asks, _ -> applicant(asks)))
                .toList());
    list.getChildren().add(self(snapshot));
    snapshot.peers().forEach(peer -> list.getChildren().add(peer(peer)));
    formerAlone().forEach(device -> list.getChildren().add(formerDevice(device)));
    if (snapshot.peers().isEmpty() && former.isEmpty()) {
      list.getChildren()
          .add(Kit.hint(Feather.USERS, texts.of("devices.none"), texts.of("devices.none.hint")));
    }
    plot();
  }

  /// What is decided on with the rights of a member.
  private record Standing(String folder, String peerId, String name, String role, boolean forked) {
    static Standing of(Folder folder, Member member) {
      return new Standing(
          folder.name(), member.peerId(), member.name(), member.role(), member.forked());
    }
  }

  private static Set<Record> subjects(Snapshot snapshot) {
    var all = new HashSet<Record>(snapshot.applicants());
    for (Folder folder : snapshot.folders()) {
      folder.others().forEach(member -> all.add(Standing.of(folder, member)));
    }
    return all;
  }

  private Node self(Snapshot snapshot) {
    return Kit.card(
        Kit.row(
            12,
            Kit.icon(Feather.MONITOR, "look-SYNCED"),
            Kit.column(
                2,
                Kit.name(snapshot.deviceName(), Styles.TEXT_BOLD),
                Kit.name(
                    texts.of("devices.id", snapshot.peerId()),
                    Styles.TEXT_MUTED,
                    Styles.TEXT_SMALL)),
            Kit.spring(),
            Kit.pill(texts.of("devices.this"))));
  }

  /// Somebody waits for an answer: before anything else.
  private Node applicant(Applicant asks) {
    Label words = Kit.name(asks.words(), Styles.TITLE_4, "words");
    Button approve =
        Kit.accent(
            texts.of("devices.approve"), Feather.USER_CHECK, () -> ask(d -> d.approve(asks)));
    approve.setId("approve");
    Button refuse =
        Kit.button(texts.of("devices.refuse"), Feather.USER_X, () -> ask(d -> d.refuse(asks)));
    refuse.setId("refuse");
    refuse.setMaxWidth(Double.MAX_VALUE);
    String asked =
        texts.of("devices.asks", asks.name(), asks.folder(), texts.word("role", asks.role()));
    return Kit.card(
        Kit.row(
            12,
            Kit.icon(Feather.USER_PLUS, "look-ATTENTION"),
            Kit.column(
                4,
                Kit.prose(asked, Styles.TEXT_BOLD),
                words,
                Kit.prose(texts.of("devices.asks.hint"), Styles.TEXT_MUTED, Styles.TEXT_SMALL),
                Kit.name(
                    texts.of("devices.id", asks.peerId()), Styles.TEXT_MUTED, Styles.TEXT_SMALL)),
            Kit.spring(),
            Kit.column(8, approve, refuse)));
  }

  private Node peer(Peer peer) {
    String name =
        shown
            .nameOf(peer.peerId())
            .or(() -> formerOf(peer.peerId()).map(Former::name).findFirst())
            .orElse(texts.of("devices.unnamed"));
    VBox words =
        Kit.column(
            2,
            Kit.name(name, Styles.TEXT_BOLD),
            Kit.name(connection(peer), Styles.TEXT_MUTED, Styles.TEXT_SMALL),
            Kit.name(texts.of("devices.id", peer.peerId()), Styles.TEXT_MUTED, Styles.TEXT_SMALL));
    HBox head =
        Kit.row(
            12,
            Kit.icon(
                peer.connected() ? Feather.WIFI : Feather.WIFI_OFF,
                peer.connected() ? "look-SYNCED" : "look-PAUSED"),
            words,
            Kit.spring());
    VBox card = Kit.card(head);
    if (peer.connected()) {
      var plot = new RatePlot(texts);
      plots.put(peer.peerId(), plot);
      card.getChildren().add(plot.node());
    }
    for (Folder folder : shown.folders()) {
      folder.others().stream()
          .filter(member -> member.peerId().equals(peer.peerId()))
          .forEach(member -> card.getChildren().add(membership(folder, member)));
    }
    formerOf(peer.peerId()).forEach(once -> card.getChildren().add(since(once)));
    return card;
  }

  private Stream<Former> formerOf(String peerId) {
    return former.stream().filter(once -> once.peerId().equals(peerId));
  }

  /// Those that are no peers of this device any more, each once.
  private List<Former> formerAlone() {
    var others = new LinkedHashMap<String, Former>();
    former.forEach(once -> others.putIfAbsent(once.peerId(), once));
    shown.peers().forEach(peer -> others.remove(peer.peerId()));
    others.remove(shown.peerId());
    return List.copyOf(others.values());
  }

  private Node formerDevice(Former device) {
    VBox words =
        Kit.column(
            2,
            Kit.name(device.name(), Styles.TEXT_BOLD),
            Kit.name(
                texts.of("devices.id", device.peerId()), Styles.TEXT_MUTED, Styles.TEXT_SMALL));
    VBox card = Kit.card(Kit.row(12, Kit.icon(Feather.USER_X, "look-PAUSED"), words));
    formerOf(device.peerId()).forEach(once -> card.getChildren().add(since(once)));
    return card;
  }

  private Node since(Former once) {
    return Kit.line(Feather.USER_X, texts.since(once));
  }

  private String connection(Peer peer) {
    if (!peer.connected()) return away(peer);
    String quick =
        peer.rttMillis().map(millis -> "  ·  " + texts.of("devices.rtt", millis)).orElse("");
    String traffic =
        texts.of(
            "devices.traffic", texts.bytes(peer.bytesReceived()), texts.bytes(peer.bytesSent()));
    return texts.of(road(peer)) + quick + "  ·  " + traffic;
  }

  private String away(Peer peer) {
    String away = texts.of("devices.away");
    return peer.absence().map(why -> away + "  ·  " + texts.said(why)).orElse(away);
  }

  private static String road(Peer peer) {
    return switch (peer.connection()) {
      case "relayed" -> "devices.relayed";
      case "local" -> "devices.local";
      default -> peer.inbound() ? "devices.inbound" : "devices.outbound";
    };
  }

  private Node membership(Folder folder, Member member) {
    Label presence =
        Kit.label(
            texts.presence(member, shown.reaches(member.peerId())),
            Styles.TEXT_MUTED,
            Styles.TEXT_SMALL);
    presence.setMinWidth(Region.USE_PREF_SIZE); // a long name gives way instead
    HBox row =
        Kit.row(12, Kit.icon(Feather.FOLDER), Kit.name(folder.name()), presence, Kit.spring());
    row.getChildren()
        .add(
            folder.mayInvite()
                ? controls.computeIfAbsent(Standing.of(folder, member), _ -> rights(folder, member))
                : Kit.pill(texts.word("role", member.role())));
    return row;
  }

  private Node rights(Folder folder, Member member) {
    var menu = new MenuButton(texts.word("role", member.role()));
    for (String role : List.of("admin", "read-write", "read-only")) {
      var item = new MenuItem(texts.word("role", role));
      item.setDisable(role.equals(member.role()));
      item.setOnAction(_ -> ask(daemon -> daemon.changeRole(folder.name(), member.peerId(), role)));
      menu.getItems().add(item);
    }
    var remove = new MenuItem(texts.of("devices.remove"), Kit.icon(Feather.USER_X));
    remove.setOnAction(
        _ ->
            Kit.confirm(
                app.stage(),
                texts,
                texts.of("devices.remove.ask", member.name(), folder.name()),
                texts.of("devices.remove.then"),
                texts.of("devices.remove"),
                () -> ask(daemon -> daemon.removeMember(folder.name(), member.peerId()))));
    menu.getItems().add(new SeparatorMenuItem());
    if (member.forked()) menu.getItems().add(healing(folder, member));
    menu.getItems().add(remove);
    menu.setMinWidth(Region.USE_PREF_SIZE);
    menu.setAccessibleText(texts.of("devices.role", member.name()));
    return menu;
  }

  private MenuItem healing(Folder folder, Member member) {
    var heal = new MenuItem(texts.of("devices.heal"), Kit.icon(Feather.USER_CHECK));
    heal.setOnAction(
        _ ->
            Kit.confirm(
                app.stage(),
                texts,
                texts.of("devices.heal.ask", member.name(), folder.name()),
                texts.of("devices.heal.then"),
                texts.of("devices.heal"),
                () -> ask(daemon -> daemon.heal(folder.name(), member.peerId()))));
    return heal;
  }

  private void ask(Request<Boolean> request) {
    app.session.ask(request, _ -> {}, this::tell);
  }
}
