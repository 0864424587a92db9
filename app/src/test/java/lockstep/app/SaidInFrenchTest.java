package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import lockstep.app.ui.model.Texts;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.base.TimeSource;
import lockstep.sync.EngineOptions;
import lockstep.sync.FolderState;
import lockstep.sync.FolderStatus;
import lockstep.sync.HistoryLimits;
import lockstep.sync.LockPolicy;
import lockstep.sync.SyncEngine;
import lockstep.sync.SyncEngines;
import lockstep.sync.UserException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a real engine and a real doctor say reaches a French user in French.
@Timeout(120)
class SaidInFrenchTest {
  private static final int FILES = 80;

  @TempDir private Path temp;
  private final Texts french = new Texts(Locale.FRENCH, ZoneId.of("UTC"), TimeSource.system());
  private SyncEngine engine;

  @BeforeEach
  void open() throws IOException {
    var key = PrivateKey.generate(Entropy.system());
    engine =
        SyncEngines.open(
            new EngineOptions(
                temp.resolve("home"),
                key,
                "studio",
                new FakeNetwork(new PeerId(key.publicKey()), List.of("/ip4/0.0.0.0/tcp/0")),
                TimeSource.system(),
                Entropy.system(),
                HistoryLimits.DEFAULT,
                Optional.empty(),
                _ -> LockPolicy.OFF));
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
  }

  private String said(String sentence) {
    return french.said(sentence).replace('\u00a0', ' ');
  }

  private List<String> refused(ThrowingCallable request) {
    UserException refused = catchThrowableOfType(UserException.class, request);
    return List.of(
        said(String.valueOf(refused.getMessage())),
        said(refused.why()),
        said(refused.advice().orElse("")));
  }

  private Path share() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("film"));
    for (int i = 0; i < FILES; i++) Files.writeString(folder.resolve("" + i), "content " + i);
    engine.addFolder(folder, "film");
    assertThat(engine.awaitSynced("film", Duration.ofSeconds(60))).isTrue();
    return folder;
  }

  private FolderStatus status() {
    return engine.folders().getFirst();
  }

  @Test
  void what_is_wrong_with_an_invitation() {
    assertThat(refused(() -> engine.join("rubbish", temp.resolve("film"))))
        .containsExactly(
            "ce n’est pas un code d’invitation",
            "le caractère 2 (« u ») ne peut pas faire partie d’un code",
            "copiez de nouveau le code entier, du premier au dernier caractère");
    assertThat(refused(() -> engine.join("7-mapel-violin", temp.resolve("film"))))
        .containsExactly(
            "ce n’est pas un code court",
            "« mapel » n’est pas un mot de ces codes ; peut-être « maple » ?",
            "faites-vous le redire ; rien n’a été essayé avec celui-ci");
  }

  @Test
  void why_a_folder_cannot_be_shared() throws Exception {
    Path folder = share();

    assertThat(refused(() -> engine.addFolder(folder.resolve("in"), "in")))
        .startsWith(
            "impossible de partager « %s » : il se trouve à l’intérieur de « film », un dossier"
                    .formatted(folder.resolve("in"))
                + " déjà partagé");
    assertThat(refused(() -> engine.pauseFolder("films")))
        .containsExactly(
            "il n’y a pas de dossier partagé « films »",
            "cet appareil partage film",
            "la page « Dossiers »");
  }

  @Test
  void why_a_folder_waits_for_a_word_of_its_users() throws Exception {
    Path folder = share();
    for (int i = 0; i < 70; i++) Files.delete(folder.resolve("" + i));
    while (status().state() != FolderState.PAUSED) Thread.sleep(20);

    String brake =
        "70 fichiers sur 80 ont disparu ici d’un coup, et rien n’a encore été fait. Si c’était"
            + " voulu : « Oui, c’était voulu ». Sinon : « Rétablir les fichiers », ou remettez les"
            + " fichiers.";
    assertThat(said(status().error().orElseThrow())).isEqualTo(brake);
    assertThat(engine.why(folder.resolve("1")).stream().map(this::said))
        .contains("erreur : le dossier est arrêté : " + brake);
  }

  @Test
  void why_a_file_stands_as_it_does() throws Exception {
    Path folder = share();
    engine.exclude("film", List.of(folder.resolve("1").toString()));

    assertThat(engine.why(folder.resolve("2")).stream().map(this::said))
        .containsExactly("synchronisé : le disque et le registre concordent");
    assertThat(engine.why(folder.resolve("1")).stream().map(this::said))
        .hasSize(3)
        .startsWith("ignoré : il n’est pas synchronisé ici")
        .allSatisfy(line -> assertThat(line).doesNotContainPattern(" is | says | it "));
  }

  @Test
  void what_the_doctor_finds() throws Exception {
    try (TestDevice device = TestDevice.running(temp.resolve("other"))) {
      device.surroundings.permissions = Optional.of("rw-r--r--");
      device.surroundings.answers = false;
      for (JsonObject finding : device.run("doctor", "--json").jsonList()) {
        assertThat(french.said(finding.string("what"))).isNotEqualTo(finding.string("what"));
      }
    }
  }
}
