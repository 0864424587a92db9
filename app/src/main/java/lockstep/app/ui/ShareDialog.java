package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javafx.animation.Animation;
import javafx.animation.KeyFrame;
import javafx.animation.Timeline;
import javafx.geometry.Insets;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.TextArea;
import javafx.scene.image.Image;
import javafx.scene.image.ImageView;
import javafx.scene.input.Clipboard;
import javafx.scene.input.DataFormat;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.Stage;
import javafx.util.Duration;
import javafx.util.StringConverter;
import lockstep.app.QrCode;
import lockstep.app.Terminal;
import lockstep.app.ui.model.Folder;
import lockstep.app.ui.model.Invitation;
import lockstep.app.ui.model.Session.Request;
import lockstep.app.ui.model.ShortCode;
import lockstep.app.ui.model.ShortCode.Fate;
import lockstep.app.ui.model.Texts;
import lockstep.app.ui.model.Trouble;
import org.kordamp.ikonli.feather.Feather;

/// Invites into a folder: what the guest may do, for how long and how often the invitation holds;
/// then its code, as a QR code and as text.
final class ShareDialog {
  private static final double QR_SIDE_MAX = 330;
  private static final Duration LOOK_EVERY = Duration.seconds(1);

  private final App app;
  private final Texts texts;
  private final Folder folder;
  private final Stage window = new Stage();
  private final VBox body = Kit.styled(new VBox(16), "dialog");
  private final VBox open = Kit.column(8);

  /// Runs while there is a short code.
  private final Timeline clock = new Timeline();

  ShareDialog(App app, Folder folder) {
    this.app = app;
    this.folder = folder;
    texts = app.texts();
  }

  void show() {
    body.setPrefWidth(460);
    ask();
    Kit.dialog(window, app.stage(), texts.of("share.title", folder.name()), body);
    window.setOnHidden(_ -> clock.stop());
    clock.setCycleCount(Animation.INDEFINITE);
    window.show();
  }

  private void ask() {
    ComboBox<String> role = choice("role", List.of("read-write", "read-only", "admin"));
    ComboBox<String> expires = choice("share.expires", List.of("1h", "24h", "7d", "30d"));
    expires.setValue("24h");
    ComboBox<String> uses = choice("share.uses", List.of("1", "5", "25"));
    var approve = new CheckBox(texts.of("share.approve"));
    approve.setId("share-approve");
    var grid = new GridPane(12, 12);
    grid.addRow(0, Kit.label(texts.of("share.role")), role);
    grid.addRow(1, Kit.label(texts.of("share.expires")), expires);
    grid.addRow(2, Kit.label(texts.of("share.uses")), uses);
    grid.add(approve, 0, 3, 2, 1);
    var go = Kit.accent(texts.of("share.go"), Feather.SEND, () -> {});
    go.setId("invite");
    go.setDefaultButton(true);
    go.setOnAction(
        _ ->
            invite(
                daemon ->
                    daemon.invite(
                        folder.name(),
                        role.getValue(),
                        expires.getValue(),
                        Integer.parseInt(uses.getValue()),
                        approve.isSelected()),
                go));
    Button say = Kit.button(texts.of("share.say"), Feather.MESSAGE_CIRCLE, () -> {});
    say.setId("invite-spoken");
    say.setOnAction(_ -> say(role.getValue(), approve.isSelected(), say));
    body.getChildren()
        .setAll(
            title(),
            Kit.prose(texts.of("share.hint"), Styles.TEXT_MUTED),
            grid,
            Kit.row(8, go, say),
            open);
    lookForOpen();
  }

  // ---- Invitations that still hold -----------------------------------------------------------

  private void lookForOpen() {
    app.session.read(daemon -> daemon.invitations(folder.name()), this::list, this::fail);
  }

  private void list(List<Invitation> invitations) {
    List<Node> rows = invitations.stream().filter(Invitation::isOpen).map(this::row).toList();
    String heading = texts.of(rows.isEmpty() ? "share.open.none" : "share.open");
    open.getChildren().setAll(Kit.prose(heading, Styles.TEXT_MUTED));
    open.getChildren().addAll(rows);
    window.sizeToScene();
  }

  private Node row(Invitation invitation) {
    String validity =
        texts.of(
            "share.open.line",
            invitation.expires().map(texts::date).orElse(""),
            invitation.used(),
            invitation.uses());
    var words =
        Kit.column(
            2,
            Kit.label(
                texts.word("role", invitation.role())
                    + (invitation.needsApproval() ? texts.of("share.open.approve") : "")),
            Kit.label(validity, Styles.TEXT_MUTED, Styles.TEXT_SMALL));
    Button revoke = Kit.button(texts.of("share.revoke"), Feather.SLASH, () -> {});
    revoke.setId("revoke");
    revoke.setOnAction(
        _ -> {
          revoke.setDisable(true);
          app.session.ask(
              daemon -> daemon.revokeInvitation(folder.name(), invitation.id()),
              _ -> lookForOpen(),
              this::fail);
        });
    return Kit.row(8, words, Kit.spring(), revoke);
  }

  private void fail(Trouble trouble) {
    open.getChildren().setAll(Kit.trouble(texts, trouble));
  }

  // ---- A new one -----------------------------------------------------------------------------

  private Node title() {
    return Kit.name(texts.of("share.title", folder.name()), Styles.TITLE_3);
  }

  private ComboBox<String> choice(String key, List<String> words) {
    var box = new ComboBox<String>();
    box.getItems().setAll(words);
    box.setValue(words.getFirst());
    box.setPrefWidth(240);
    box.setAccessibleText(texts.of(key.equals("role") ? "share.role" : key));
    box.setConverter(
        new StringConverter<>() {
          @Override
          public String toString(String word) {
            return texts.word(key, word);
          }

          @Override
          public String fromString(String shown) {
            return shown;
          }
        });
    return box;
  }

  private void invite(Request<String> request, Button go) {
    go.setDisable(true);
    app.session.ask(
        daemon -> {
          String code = request.run(daemon);
          return new Shown(code, QrCode.of(code).png());
        },
        this::offer,
        trouble -> refused(trouble, go));
  }

  private void refused(Trouble trouble, Button again) {
    again.setDisable(false);
    body.getChildren().removeIf(node -> node.getStyleClass().contains("danger-card"));
    body.getChildren().add(Kit.trouble(texts, trouble));
  }

  // ---- A short code --------------------------------------------------------------------------

  private void say(String role, boolean approve, Button say) {
    say.setDisable(true);
    app.session.ask(
        daemon -> daemon.inviteSpoken(folder.name(), role, approve),
        code -> {
          Button another =
              Kit.accent(texts.of("share.say.again"), Feather.MESSAGE_CIRCLE, () -> {});
          another.setId("invite-spoken-again");
          another.setOnAction(_ -> say(role, approve, another));
          follow(new ShortCode(code, folder.name(), app.time.wallTime()), another);
        },
        trouble -> refused(trouble, say));
  }

  /// Shows what becomes of a code for as long as it is before somebody.
  private void follow(ShortCode code, Button another) {
    var shown = new AtomicReference<Fate>();
    Runnable look =
        () -> {
          Fate fate = code.fate(app.session.snapshot(), app.session.events(), app.time.wallTime());
          if (!fate.equals(shown.getAndSet(fate))) offerSpoken(code.code(), fate, another);
        };
    look.run();
    clock.stop();
    clock.getKeyFrames().setAll(new KeyFrame(LOOK_EVERY, _ -> look.run()));
    if (window.isShowing()) clock.play();
  }

  private void offerSpoken(String code, Fate fate, Button another) {
    var shown = Kit.name(code, Styles.TITLE_1);
    shown.setId("short-code");
    boolean open = fate instanceof Fate.Open;
    if (!open) shown.getStyleClass().add(Styles.TEXT_MUTED);
    var middle = new StackPane(shown);
    middle.setPadding(new Insets(24, 0, 24, 0));
    var close = Kit.button(texts.of("close"), Feather.X, window::close);
    body.getChildren()
        .setAll(title(), tell(fate), middle, Kit.row(8, open ? copy(code) : another, close));
    window.sizeToScene();
  }

  private Node tell(Fate fate) {
    return switch (fate) {
      case Fate.Open() -> Kit.prose(texts.of("share.say.done"), Styles.TEXT_MUTED);
      case Fate.Used(var by) ->
          Kit.done(
              by.map(name -> texts.of("share.say.used", name))
                  .orElseGet(() -> texts.of("share.say.used.unnamed")));
      case Fate.Lost() -> spent("share.say.lost");
      case Fate.Expired() -> spent("share.say.expired");
    };
  }

  private Node spent(String key) {
    return Kit.styled(Kit.card(Kit.line(Feather.ALERT_CIRCLE, texts.of(key))), "warning-card");
  }

  private Button copy(String code) {
    Button copy = Kit.accent(texts.of("share.copy"), Feather.COPY, () -> {});
    copy.setOnAction(
        _ -> {
          Clipboard.getSystemClipboard().setContent(java.util.Map.of(DataFormat.PLAIN_TEXT, code));
          copy.setText(texts.of("share.copied"));
        });
    return copy;
  }

  private record Shown(String code, byte[] png) {}

  private void offer(Shown shown) {
    var drawn = new Image(new ByteArrayInputStream(shown.png()));
    var picture = new ImageView(drawn);
    // a whole number of points for each module: uneven ones are hard to read for a camera
    double modules = drawn.getWidth() / QrCode.PIXELS_PER_MODULE;
    picture.setFitWidth(modules * Math.max(2, Math.floor(QR_SIDE_MAX / modules)));
    picture.setPreserveRatio(true);
    picture.setSmooth(false);
    picture.setAccessibleText(texts.of("share.qr"));
    StackPane frame = Kit.styled(new StackPane(picture), "qr");
    frame.setMaxWidth(Region.USE_PREF_SIZE);
    var middle = new StackPane(frame);
    var code = new TextArea(Terminal.safe(shown.code()));
    code.setId("invitation");
    code.setEditable(false);
    code.setWrapText(true);
    code.setPrefRowCount(3);
    code.setAccessibleText(texts.of("share.code"));
    var buttons =
        Kit.row(8, copy(shown.code()), Kit.button(texts.of("close"), Feather.X, window::close));
    body.getChildren()
        .setAll(
            title(), Kit.prose(texts.of("share.done"), Styles.TEXT_MUTED), middle, code, buttons);
    VBox.setVgrow(code, javafx.scene.layout.Priority.ALWAYS);
    window.sizeToScene();
  }
}
