package lockstep.app.ui;

import atlantafx.base.theme.Styles;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.layout.Region;
import javafx.util.StringConverter;
import lockstep.app.ui.model.Preferences;
import lockstep.app.ui.model.Requests;
import lockstep.app.ui.model.Snapshot;
import org.kordamp.ikonli.feather.Feather;

/// How the window looks and speaks, and where everything else is set.
final class SettingsPage extends Page {
  private final javafx.scene.control.Label version = Kit.label("", Styles.TEXT_MUTED);
  private final LimitCard limits = new LimitCard(this);
  private final KeepingCard keeping = new KeepingCard(this, this::show);
  private final LockingCard locking = new LockingCard(this, this::show);
  private final CheckBox router = new CheckBox();
  private final CheckBox login = new CheckBox();
  private final Node loginCard;
  private final ComboBox<String> language;

  SettingsPage(App app) {
    super(app, "settings");
    var settings = app.host.home().resolve("config.toml");
    router.setId("settings-router");
    router.setAccessibleText(texts.of("settings.router"));
    router.setOnAction(_ -> mapPorts(router.isSelected()));
    login.setId("settings-login");
    login.setAccessibleText(texts.of("settings.login"));
    login.setOnAction(_ -> startAtLogin(login.isSelected()));
    loginCard = Kit.setting(texts, "settings.login", login);
    lookAtLogin(Optional.empty());
    language =
        choice(
            "settings.language",
            List.of("system", "en", "fr"),
            app.remembered.language(),
            wanted -> {
              app.speak(wanted);
              app.remembered.save();
            });
    consistOf(
        Kit.scrolling(
            Kit.column(
                12,
                Kit.setting(
                    texts,
                    "settings.theme",
                    choice(
                        "settings.theme",
                        List.of("system", "light", "dark"),
                        app.remembered.theme(),
                        theme -> {
                          app.remembered.theme(theme);
                          app.remembered.save();
                          app.dress();
                        })),
                Kit.setting(texts, "settings.language", language),
                limits.node(),
                keeping.node(),
                locking.node(),
                Kit.setting(texts, "settings.router", router),
                loginCard,
                Kit.setting(
                    texts,
                    "settings.file",
                    Kit.button(
                        texts.of("settings.open"),
                        Feather.EXTERNAL_LINK,
                        () -> Outside.open(app, settings))),
                version)));
  }

  @Override
  void entered() {
    limits.refresh();
    app.session.read(Requests::preferences, this::show, this::tell);
    app.session.background().run(app.host::startsAtLogin, this::lookAtLogin, this::tell);
  }

  /// Has the language ready to be chosen again: the arrow keys go through all of them.
  void languages() {
    // what scrolls takes up its content with the first layout only
    Kit.onceLaidOut(node(), language::requestFocus);
  }

  private void show(Preferences preferences) {
    keeping.show(preferences);
    locking.show(preferences);
    router.setSelected(preferences.portMapping());
  }

  private void mapPorts(boolean on) {
    app.session.ask(
        daemon -> daemon.mapPorts(on),
        this::show,
        trouble -> {
          router.setSelected(!on);
          tell(trouble);
        });
  }

  /// @param starts empty where that cannot be had
  private void lookAtLogin(Optional<Boolean> starts) {
    Kit.show(loginCard, starts.isPresent());
    login.setSelected(starts.orElse(false));
  }

  private void startAtLogin(boolean on) {
    app.session
        .background()
        .run(
            () -> {
              app.host.startAtLogin(on);
              return app.host.startsAtLogin();
            },
            this::lookAtLogin,
            trouble -> {
              login.setSelected(!on);
              tell(trouble);
            });
  }

  @Override
  void show(Snapshot snapshot) {
    locking.show(snapshot);
    version.setText(texts.of("settings.version", snapshot.version(), app.host.home()));
  }

  private ComboBox<String> choice(
      String key, List<String> words, String value, Consumer<String> chosen) {
    var box = new ComboBox<String>();
    box.setId(key.replace('.', '-'));
    box.getItems().setAll(words);
    box.setPrefWidth(200);
    box.setMinWidth(Region.USE_PREF_SIZE);
    box.setAccessibleText(texts.of(key));
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
    box.setValue(value);
    box.setOnAction(_ -> chosen.accept(box.getValue()));
    return box;
  }
}
