package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.Member;
import lockstep.app.ui.model.Peer;
import lockstep.app.ui.model.Session.Request;
import lockstep.app.ui.model.Snapshot;
import lockstep.app.ui.model.Texts;
import org.kordamp.ikonli.feather.Feather;

/// The other devices: how they are connected, how quick, and what they may do in which folder.
final class DevicesPage implements Page {
  private final App app;
  private final Texts texts;
  private final VBox list = new VBox(12);
  private final Region node;
  private Snapshot shown = Snapshot.EMPTY;

  DevicesPage(App app) {
    this.app = app;
    texts = app.texts();
    node = Kit.page(texts.of("page.devices"), Kit.scrolling(list));
  }

  @Override
  public Region node() {
    return node;
  }

  @Override
  public void show(Snapshot snapshot) {
    if (snapshot.equals(shown)) return;
    shown = snapshot;
    list.getChildren().setAll(self(snapshot));
    snapshot.peers().forEach(peer -> list.getChildren().add(peer(peer)));
    if (snapshot.peers().isEmpty()) {
      list.getChildren()
          .add(Kit.hint(Feather.USERS, texts.of("devices.none"), texts.of("devices.none.hint")));
    }
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
            Kit.label(texts.of("devices.this"), "pill")));
  }

  private Node peer(Peer peer) {
    String unnamed = texts.of("devices.unnamed");
    VBox words =
        Kit.column(
            2,
            Kit.name(peer.name().isEmpty() ? unnamed : peer.name(), Styles.TEXT_BOLD),
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
    for (Folder folder : shown.folders()) {
      folder.others().stream()
          .filter(member -> member.peerId().equals(peer.peerId()))
          .forEach(member -> card.getChildren().add(membership(folder, member)));
    }
    return card;
  }

  private String connection(Peer peer) {
    if (!peer.connected()) return texts.of("devices.away");
    String quick =
        peer.rttMillis().map(millis -> "  ·  " + texts.of("devices.rtt", millis)).orElse("");
    String traffic =
        texts.of(
            "devices.traffic", texts.bytes(peer.bytesReceived()), texts.bytes(peer.bytesSent()));
    String rate =
        peer.bytesPerSecond() > 0
            ? "  ·  " + texts.of("devices.rate", texts.bytes(peer.bytesPerSecond()))
            : "";
    return texts.of(peer.inbound() ? "devices.inbound" : "devices.outbound")
        + quick
        + "  ·  "
        + traffic
        + rate;
  }

  private Node membership(Folder folder, Member member) {
    HBox row =
        Kit.row(
            12,
            Kit.icon(Feather.FOLDER),
            Kit.name(folder.name()),
            Kit.label(texts.presence(member), Styles.TEXT_MUTED, Styles.TEXT_SMALL),
            Kit.spring());
    row.getChildren()
        .add(
            folder.mayInvite()
                ? rights(folder, member)
                : Kit.label(texts.word("role", member.role()), "pill"));
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
    menu.getItems().addAll(new SeparatorMenuItem(), remove);
    menu.setAccessibleText(texts.of("devices.role", member.name()));
    return menu;
  }

  private void ask(Request<Boolean> request) {
    app.session.ask(request, _ -> {}, trouble -> Kit.tell(app.stage(), texts, trouble));
  }
}
