package lockstep.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javafx.scene.input.KeyCode;
import lockstep.app.ui.Pictures;
import lockstep.app.ui.camera.CameraException.Reason;
import lockstep.app.ui.camera.HeldUp;
import lockstep.app.ui.camera.ScriptedCamera;
import lockstep.app.ui.model.LockRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The desktop as a new user meets it: the real application, without a screen, before a real daemon
/// that knows another real device.
class DesktopTest {
  @TempDir Path directory;

  private final DesktopUser user = new DesktopUser();
  private final ScriptedCamera camera = new ScriptedCamera("Integrated Camera");

  @Test
  void a_folder_is_joined_shared_brought_to_agreement_and_restored_by_the_window_alone()
      throws Exception {
    try (var laptop = new ProcessDevice(directory.resolve("laptop"), "laptop");
        var host = new StudioHost(directory.resolve("studio"))) {
      String code = laptopInvites(laptop);
      CountDownLatch closed = DesktopUser.opens(host, List.of(camera));
      assertThat(URI.create(user.theme()).toURL().getContent()).isNotNull();
      namesTheDevice();
      seesTheTraysSigns();
      assertThat(Pictures.readCutFromAScreen()).isNotEmpty();
      host.meets(laptop);
      findsTheWayByKeyboard();
      seesWhoInvitesNearby(laptop);
      scansByCamera(host, code);
      joinsByPicture(laptop, host.folder());
      seesTheFolder(laptop, host.folder());
      sharesAnother(laptop, host.home().resolveSibling("renders"));
      settlesAConflict(laptop, host);
      leavesAFileOut(laptop, host.folder().resolve("notes.txt"));
      bringsBackAnOldVersion(host.folder().resolve("notes.txt"));
      goesBackToAMoment(laptop, host.folder());
      movesAFolder(host);
      seesWhoWorksOnWhat(laptop, host);
      opensTheWindowAgain(host);
      looksAround(host);
      keepsDirectoriesOpen(host.folder());
      decidesWhatIsToCome(laptop, host.folder());
      user.closesTheFront();
      assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Path invitation() {
    return directory.resolve("invitation.png");
  }

  /// A folder with files on another device, and its invitation, also as a picture.
  private String laptopInvites(ProcessDevice laptop) throws Exception {
    Files.createDirectories(laptop.folder.resolve("scenes"));
    Files.writeString(laptop.folder.resolve("notes.txt"), "Monday: storyboard\nTuesday: shoot\n");
    Files.writeString(laptop.folder.resolve("scenes/opening.txt"), "A door opens.\n");
    laptop.start();
    laptop.ok("folder", "add", laptop.folder.toString(), "--name", "film");
    return laptop
        .ok("invite", "film", "--approve", "--qr", invitation().toString())
        .lines()
        .toList()
        .getLast();
  }

  private void namesTheDevice() throws Exception {
    user.types("#device-name", "studio");
    user.photographs("first-name");
    user.presses("#next");
    user.reads("Create a folder, or join one?");
    user.photographs("first-choose");
  }

  /// There and back through the first screens; a slip in the code can be mended.
  private void findsTheWayByKeyboard() throws Exception {
    user.hasKeyboardOn("#create");
    user.movesTo("#join");
    user.hits(KeyCode.ENTER);
    user.hasKeyboardOn("#code");
    user.types("#code", "7-mapel-violin");
    user.hits(KeyCode.TAB);
    assertThat(user.text("#code")).isEqualTo("7-mapel-violin");
    user.movesTo("#code");
    user.hits(KeyCode.ENTER);
    user.reads("perhaps 'maple'?");
    user.photographs("first-mistyped");
    user.hasKeyboardOn("#code");
    user.types("#code", "7-maple-violin");
    user.hits(KeyCode.ENTER);
    user.hasKeyboardOn("#place");
    user.hits(KeyCode.ESCAPE);
    user.hasKeyboardOn("#code");
    assertThat(user.text("#code")).isEqualTo("7-maple-violin");
    user.hits(KeyCode.ESCAPE);
    user.hasKeyboardOn("#create");
    user.presses("#join");
  }

  /// Under the window's theme, which has colours and a size of its own for signs.
  private static void seesTheTraysSigns() throws Exception {
    var signs = DesktopUser.onScreen(Pictures::traySigns).values();
    assertThat(signs).doesNotHaveDuplicates();
    assertThat(signs).allSatisfy(sizes -> assertThat(sizes).noneMatch(List::isEmpty));
  }

  /// The camera is on only while the window shows what it sees.
  private void scansByCamera(StudioHost host, String code) throws Exception {
    camera.fails(Reason.BUSY);
    user.presses("#scan");
    user.reads("Another program uses the camera");
    user.photographs("first-scan-busy");
    camera.works();
    user.presses("#scan-again");
    user.reads("Turning the camera on");
    camera.sees(HeldUp.BADLY.showing(code));
    user.reads("Looking for an invitation with “Integrated Camera”");
    user.photographs("first-scan");
    user.iconifies();
    DesktopUser.await("darkness", () -> !camera.isOn());
    host.front.run();
    DesktopUser.await("light", camera::isOn);
    user.presses("#scan-cancel");
    DesktopUser.await("darkness", () -> !camera.isOn());
    assertThat(user.text("#code")).isEmpty();
    camera.sees(HeldUp.WELL.inAHand("https://example.org/"));
    user.presses("#scan");
    user.reads("but no invitation");
    camera.sees(HeldUp.WELL.inAHand(code));
    user.reads("The camera has read the invitation");
    assertThat(user.text("#code")).isEqualTo(code);
    user.photographs("first-scan-done");
    DesktopUser.await("darkness", () -> !camera.isOn());
  }

  private void joinsByPicture(ProcessDevice laptop, Path place) throws Exception {
    user.types("#code", invitation().toString());
    user.presses("#next");
    user.types("#place", place.toString());
    user.reads("will be created");
    user.photographs("first-place");
    user.presses("#go");
    user.reads("Waiting for approval");
    JsonObject waiting =
        Json.parseObjects(laptop.ok("members", "film", "--json").getBytes(UTF_8)).getLast();
    user.reads(waiting.string("words"));
    user.photographs("first-approval");
    laptop.ok("members", "approve", "film", waiting.string("peerId"));
  }

  /// Without multicast DNS, which would leave this computer, the two have met before.
  private void seesWhoInvitesNearby(ProcessDevice laptop) throws Exception {
    String code = laptop.ok("invite", "film", "--spoken");
    String number = code.substring(0, code.indexOf('-') + 1);
    user.reads("somebody invites just now");
    user.reads("that follow “" + number + "”");
    user.photographs("first-nearby");
    user.presses("#nearby-" + number.replace("-", ""));
    assertThat(user.text("#code")).isEqualTo(number);
  }

  private void seesTheFolder(ProcessDevice laptop, Path folder) throws Exception {
    user.reads("film");
    laptop.awaitSynced();
    user.reads("Connected, has everything");
    user.reads("notes.txt");
    assertThat(folder.resolve("scenes/opening.txt")).hasContent("A door opens.\n");
    user.reads("Everything is in sync");
    user.photographs("folders");
  }

  private void sharesAnother(ProcessDevice laptop, Path place) throws Exception {
    user.presses("#add-folder");
    user.presses("#create");
    user.types("#place", place.toString());
    user.presses("#go");
    user.reads("Ready; only on this device so far");
    choosesByKeyboard(place);
    user.presses("#share");
    user.photographs("share");
    user.presses("#invite-spoken");
    user.reads("It can be tried once");
    user.photographs("share-spoken");
    guessesWrong(laptop, user.label("#short-code"));
    user.closesTheFront();
    user.presses("#share");
    user.reads("used 0 of 1");
    user.presses("#revoke");
    user.reads("No invitation is open");
    user.checks("#share-approve");
    user.presses("#invite");
    String code = user.text("#invitation");
    assertThat(code).isNotBlank();
    user.photographs("share-code");
    user.closesTheFront();
    user.presses("#share");
    user.reads("used 0 of 1");
    user.photographs("share-open");
    user.closesTheFront();
    approves(laptop, code);
  }

  /// The code is of no use any more, and another one is at hand.
  private void guessesWrong(ProcessDevice laptop, String code) throws Exception {
    String number = code.substring(0, code.indexOf('-'));
    String guess = number + (code.endsWith("maple-violin") ? "-violin-maple" : "-maple-violin");
    String nowhere = directory.resolve("nowhere").toString();
    assertThat(laptop.run("join", guess, nowhere).exitCode()).isEqualTo(1);
    user.reads("This code is of no use any more");
    user.photographs("share-spoken-lost");
    user.presses("#invite-spoken-again");
    user.reads("It can be tried once");
    assertThat(user.label("#short-code")).isNotEqualTo(code);
  }

  /// What has the keyboard keeps it while the folder changes.
  private void choosesByKeyboard(Path renders) throws Exception {
    assertThat(user.height("#folder-renders")).isLessThan(100);
    user.hitsWithCtrl(KeyCode.DIGIT3);
    user.reads("Nobody has locked a file");
    user.hasKeyboardOn("#link-locks");
    user.hitsWithCtrl(KeyCode.DIGIT1);
    user.hasKeyboardOn("#link-folders");
    user.hits(KeyCode.DOWN);
    user.reads("No conflicts");
    user.hits(KeyCode.UP);
    user.reads(renders.toString()); // what is new is chosen
    user.movesTo("#folder-renders");
    user.hits(KeyCode.UP);
    user.reads(renders.resolveSibling("film").toString());
    user.hits(KeyCode.DOWN);
    user.reads(renders.toString());
    user.movesTo("#share");
    Files.writeString(renders.resolve("frame.txt"), "a new one");
    user.reads("9\u00a0B");
    user.hasKeyboardOn("#share");
  }

  /// Somebody comes with the invitation: both see the same words, and the window lets him in.
  private void approves(ProcessDevice laptop, String code) throws Exception {
    String place = directory.resolve("laptop-renders").toString();
    var join = new FutureTask<>(() -> laptop.ok("join", code, place));
    Thread.ofVirtual().start(join);
    user.sees("#link-devices-count");
    user.presses("#link-devices");
    user.reads("laptop asks to join “renders”");
    user.photographs("devices-asks");
    String words =
        laptop.ok("events").lines().filter(e -> e.contains("join-waits")).findFirst().orElseThrow();
    user.reads(words.replaceAll(".* words=", ""));
    user.presses("#approve");
    assertThat(join.get(60, TimeUnit.SECONDS)).contains("joined 'renders'");
    user.reads("renders");
    laptop.ok("folder", "remove", "renders", "--keep-files");
    user.presses("#link-folders");
  }

  private void settlesAConflict(ProcessDevice laptop, StudioHost host) throws Exception {
    String film = ApiClient.path("folders", "film");
    host.daemon().post(film + "/pause", Map.of());
    Path mine = host.folder().resolve("notes.txt");
    Files.writeString(mine, "Monday: storyboard\nTuesday: shoot in the rain\n");
    Files.writeString(
        laptop.folder.resolve("notes.txt"), "Monday: storyboard\nTuesday: shoot indoors\n");
    awaitPublished(laptop);
    host.daemon().post(film + "/resume", Map.of());
    user.presses("#link-conflicts");
    user.reads("Keep both");
    user.reads("in the rain");
    user.photographs("conflicts");
    String before = Files.readString(mine);
    user.presses("#keep-other");
    user.reads("should you want it back");
    assertThat(mine).content().isNotEqualTo(before);
    user.reads("No conflicts");
    user.photographs("conflicts-settled");
    user.presses("#undo");
    user.reads("Keep both");
    awaitsContent(mine, before::equals);
    user.presses("#keep-other");
    awaitsContent(mine, now -> !before.equals(now));
    user.reads("should you want it back");
  }

  /// What was pressed is done by the daemon, whenever that is.
  private static void awaitsContent(Path file, Predicate<String> wanted) throws Exception {
    for (int look = 0; look < 100; look++) {
      if (wanted.test(Files.readString(file))) return;
      Thread.sleep(100);
    }
    assertThat(file).content().matches(wanted);
  }

  /// Waits until the save is in the ledger: the file has two versions then.
  private static void awaitPublished(ProcessDevice laptop) throws Exception {
    String file = laptop.folder.resolve("notes.txt").toString();
    for (int look = 0; look < 100; look++) {
      if (laptop.ok("history", file).lines().count() > 1) return;
      Thread.sleep(100);
    }
    throw new AssertionError("the save is not published");
  }

  private void leavesAFileOut(ProcessDevice laptop, Path file) throws Exception {
    user.presses("#link-folders");
    user.chooses("#folder-film");
    user.ticks("notes.txt");
    user.reads("“notes.txt” is no longer synchronised on this device");
    user.reads("In sync; 1 file is left out here");
    user.seesWhole("#file-why");
    user.photographs("files-left-out");
    Files.delete(file);
    DesktopUser.await(
        "what the laptop knows", () -> laptop.ok("status").contains("1 file left out"));
    user.ticks("notes.txt");
    user.reads("“notes.txt” is synchronised again");
    DesktopUser.await("the file", () -> Files.exists(file));
    assertThat(laptop.folder.resolve("notes.txt")).exists();
    takesInTheRest(file.resolveSibling("scenes"));
  }

  /// A click on the tick of a directory that is there in part, as the space bar does it.
  private void takesInTheRest(Path scenes) throws Exception {
    user.opens("scenes");
    user.clicksTick("opening.txt");
    user.reads("“opening.txt” is no longer synchronised on this device");
    user.reads("In sync; 1 file is left out here");
    user.clicksTick("scenes");
    user.reads("“scenes” is synchronised again");
    user.reads("Everything is in sync");
    assertThat(scenes.resolve("opening.txt")).exists();
    user.shuts("scenes");
  }

  private void bringsBackAnOldVersion(Path file) throws Exception {
    String before = Files.readString(file);
    user.presses("#link-folders");
    user.chooses("#folder-film");
    user.choosesFile("notes.txt");
    user.presses("#file-history");
    user.reads("Bring back");
    user.photographs("history-file");
    user.types("#history-file", "nowhere.txt");
    user.presses("#history-show");
    user.reads("Nothing yet");
    user.types("#history-file", "notes.txt");
    user.presses("#history-show");
    user.reads("Bring back");
    user.presses(".restore");
    user.reads("It is back");
    assertThat(file).content().isNotEqualTo(before);
  }

  /// The whole folder, with what was deleted; and takes that back.
  private void goesBackToAMoment(ProcessDevice laptop, Path folder) throws Exception {
    String notes = Files.readString(folder.resolve("notes.txt"));
    awaitsContent(laptop.folder.resolve("notes.txt"), notes::equals); // brought back just now
    laptop.awaitSynced();
    ZonedDateTime then = ZonedDateTime.now();
    Thread.sleep(1_100); // a moment lasts to the end of its second
    Files.delete(folder.resolve("scenes/opening.txt"));
    DesktopUser.await(
        "the deletion there", () -> !Files.exists(laptop.folder.resolve("scenes/opening.txt")));
    user.presses("#history-all");
    user.reads("studio deleted scenes/opening.txt");
    Files.writeString(folder.resolve("later.txt"), "not there then");
    user.reads("studio added later.txt");
    user.presses("#history-moment");
    user.reads("Write the whole path"); // there are two folders
    user.chooses("#restore-what", folder.toString());
    user.reads("It stands just as it was then.");
    user.types("#restore-time", "noon");
    user.reads("Write a day and a time");
    user.types("#restore-time", then.format(DateTimeFormatter.ofPattern("HH:mm:ss")));
    user.reads("scenes/opening.txt");
    user.photographs("history-moment");
    user.presses("#restore-go");
    user.reads("It is back");
    assertThat(folder.resolve("scenes/opening.txt")).hasContent("A door opens.\n");
    assertThat(folder.resolve("later.txt")).exists();
    user.presses("#undo-restore");
    user.reads("It is as it was before");
    assertThat(folder.resolve("scenes/opening.txt")).doesNotExist();
    user.types("#history-file", "scenes/opening.txt");
    user.presses("#history-show");
    user.reads("studio deleted it");
    user.presses(".restore");
    user.reads("It is back");
    assertThat(folder.resolve("scenes/opening.txt")).exists();
    Files.delete(folder.resolve("later.txt"));
    laptop.awaitSynced();
  }

  private void movesAFolder(StudioHost host) throws Exception {
    Path before = host.home().resolveSibling("renders");
    Path place = host.home().resolveSibling("archive");
    Files.writeString(before.resolve("frame.txt"), "0001");
    user.presses("#link-folders");
    user.chooses("#folder-renders");
    user.reads("frame.txt");
    user.choosesItem("#folder-more", "Move to another place …");
    user.reads("It is here now");
    user.types("#move-place", before.resolve("below").toString());
    user.reads("inside the folder itself");
    user.types("#move-place", place.toString());
    user.reads("It is the same disk: this takes a moment.");
    user.photographs("move");
    user.presses("#move-go");
    user.reads("The folder is in " + place + " now");
    user.seesWhole("#folder-told");
    user.photographs("move-done");
    assertThat(place.resolve("frame.txt")).hasContent("0001");
    assertThat(before).doesNotExist();
    user.chooses("#folder-film");
    user.reads("notes.txt");
  }

  private void seesWhoWorksOnWhat(ProcessDevice laptop, StudioHost host) throws Exception {
    laptop.awaitSynced();
    Path opening = laptop.folder.resolve("scenes/opening.txt");
    laptop.ok("lock", opening.toString(), "--note", "new dialogue");
    user.presses("#link-locks");
    user.reads("new dialogue");
    user.types("#lock-file", host.folder().resolve("notes.txt").toString());
    user.types("#lock-note", "schedule");
    user.presses("#lock");
    user.reads("“notes.txt” is locked");
    laptop.ok("unlock", laptop.folder.resolve("notes.txt").toString(), "--ask", "--note", "lunch?");
    user.reads("laptop asks you to release it");
    user.photographs("locks");
    user.presses("#link-folders");
    user.sees("#file-badge");
    user.photographs("folders-badge");
    user.presses("#link-locks");
    user.presses("#release");
    user.reads("is released");
    user.presses("#ask-release");
    user.types("#words", "may I?");
    user.photographs("locks-ask");
    user.presses("#words-go");
    user.reads("laptop is asked");
    assertThat(laptop.ok("locks")).contains("studio asks for it: may I?");
    user.presses("#force-release");
    user.types("#words", "it is late");
    user.presses("#words-go");
    user.reads("Nobody has locked a file");
    losesALock(laptop, host.folder().resolve("notes.txt"));
  }

  /// As a second `lockstep ui` has it. What was said of a lock is not left there when it is no
  /// longer so.
  private void losesALock(ProcessDevice laptop, Path file) throws Exception {
    user.types("#lock-file", file.toString());
    user.presses("#lock");
    user.reads("“notes.txt” is locked");
    user.reads("Release");
    laptop.ok(
        "unlock",
        laptop.folder.resolve("notes.txt").toString(),
        "--force",
        "--reason",
        "in a hurry");
    user.reads("Nobody has locked a file");
    assertThat(user.canRead("“notes.txt” is locked")).isFalse();
  }

  private void opensTheWindowAgain(StudioHost host) throws Exception {
    user.iconifies();
    host.front.run();
    DesktopUser.await("the window", DesktopUser::isInFront);
  }

  private void looksAround(StudioHost host) throws Exception {
    user.presses("#link-history");
    user.presses("#history-all");
    user.reads("film");
    user.photographs("history");
    user.presses("#link-devices");
    user.reads("laptop");
    user.photographs("devices");
    user.presses("#link-activity");
    user.reads("notes.txt");
    user.photographs("activity");
    user.types("#activity-filter", "no such thing");
    user.reads("Nothing matches");
    user.types("#activity-filter", "LOCKED laptop");
    user.reads("opening.txt");
    user.presses("#link-health");
    user.reads("Fine");
    user.photographs("health");
    user.movesTo("#health-list");
    user.hits(KeyCode.END);
    user.isAtTheEndOf("#health-list");
    exportsAReport(host.home().resolveSibling("report.txt"));
    user.presses("#link-settings");
    user.chooses("#limit-upload", 2_000_000L);
    user.reads("2.0\u00a0MB/s");
    user.photographs("settings");
    changesSettings(host);
    boolean mapped = mapsPorts(host);
    user.presses("#settings-router");
    DesktopUser.await("what the router is asked", () -> mapsPorts(host) != mapped);
    user.presses("#settings-login");
    DesktopUser.await("what starts at login", () -> host.startsAtLogin().orElseThrow());
    user.movesTo("#settings-language");
    user.hits(KeyCode.DOWN); // from the system's to English, which changes every word anew
    user.reads("Takes effect at once");
    user.hasKeyboardOn("#settings-language");
    user.hits(KeyCode.DOWN);
    user.reads("Tout est synchronisé");
    user.hasKeyboardOn("#settings-language");
    user.presses("#link-folders");
    user.photographs("folders-french");
  }

  /// What comes into a directory that is open is seen there, and it stays open.
  private void keepsDirectoriesOpen(Path folder) throws Exception {
    user.chooses("#folder-film");
    user.opens("scenes");
    user.reads("opening.txt");
    Files.writeString(folder.resolve("scenes/closing.txt"), "The door shuts.");
    user.reads("closing.txt");
    assertThat(user.canRead("opening.txt")).isTrue();
  }

  /// Most of the folder is deleted at once, which may be an accident. (In French since the language
  /// was chosen.)
  private void decidesWhatIsToCome(ProcessDevice laptop, Path folder) throws Exception {
    Path frames = Files.createDirectory(folder.resolve("frames"));
    for (int frame = 1; frame <= 60; frame++) {
      Files.writeString(frames.resolve(frame + ".txt"), "frame " + frame);
    }
    DesktopUser.await("the last frame", () -> Files.exists(laptop.folder.resolve("frames/60.txt")));
    for (int frame = 1; frame <= 60; frame++) {
      Files.delete(frames.resolve(frame + ".txt"));
    }
    user.reads("En pause par sécurité");
    user.photographs("folders-halted");
    user.presses("#halted-restore");
    DesktopUser.await("the frames", () -> Files.exists(frames.resolve("60.txt")));
    user.reads("Tout est synchronisé");
    assertThat(laptop.folder.resolve("frames/60.txt")).exists();
  }

  private static boolean mapsPorts(StudioHost host) throws Exception {
    JsonObject settings = host.running().get(ApiClient.path("settings")).object();
    return settings.object("network").flag("portMapping");
  }

  private void exportsAReport(Path file) throws Exception {
    user.presses("#report");
    user.types("#report-file", file.toString());
    user.photographs("health-report");
    user.presses("#report-save");
    user.reads("The report is in");
    assertThat(file).content().contains("What doctor found").doesNotContain("film", "laptop");
  }

  private void changesSettings(StudioHost host) throws Exception {
    String settings = ApiClient.path("settings");
    user.seesFilled("#keep-days"); // what counts now comes in place of what nobody is typing
    user.enters("#keep-days", "a while");
    user.reads("A whole number from 0 to 36,500.");
    user.chooses("#lock-files-film", LockRule.Kind.NAMES);
    user.enters("#lock-files-film-names", "shots/*.exr");
    user.reads("without “/”");
    user.scrollsTo("#quiet-seconds");
    user.photographs("settings-wrong");
    user.enters("#keep-days", "7");
    user.enters("#lock-files-film-names", "*.exr");
    DesktopUser.await(
        "what was chosen",
        () -> {
          JsonObject now = host.running().get(settings).object();
          return now.object("history").number("keepDays") == 7
              && now.object("locks").object("folders").string("film").equals("*.exr");
        });
    user.photographs("settings-more");
  }

  /// A device that the window sets up; its daemon is a process.
  private static final class StudioHost implements Desktop.Host, AutoCloseable {
    private final Path directory;
    private Optional<ProcessDevice> device = Optional.empty();

    /// What brings the window to the front.
    private volatile Runnable front = () -> {};

    StudioHost(Path directory) throws IOException {
      this.directory = Files.createDirectories(directory);
    }

    Path folder() {
      return directory.resolve("film");
    }

    @Override
    public Path home() {
      return directory.resolve("home");
    }

    @Override
    public boolean isSetUp() {
      return device.isPresent();
    }

    @Override
    public String suggestedName() {
      return "some-device";
    }

    @Override
    public Path suggestedFolder() {
      return directory.resolve("Lockstep");
    }

    @Override
    public synchronized void setUp(String name) throws Failure {
      try {
        device = Optional.of(new ProcessDevice(directory, name));
        device.get().start();
      } catch (IOException | InterruptedException e) {
        throw Failure.of("cannot set up", e);
      }
    }

    void meets(ProcessDevice other) throws Exception {
      JsonObject status = Json.parseObject(other.status().getBytes(UTF_8));
      String address = status.object("device").strings("addresses").getFirst();
      running().post(ApiClient.path("peers"), Map.of("address", address));
    }

    Autostart autostart() {
      Map<String, String> environment = Map.of("XDG_CONFIG_HOME", directory + "/config");
      return Autostart.of(environment, "Linux", directory, "lockstep", home()).orElseThrow();
    }

    @Override
    public void whenAskedToFront(Runnable action) {
      front = action;
    }

    @Override
    public boolean startsInTray() {
      return false;
    }

    @Override
    public Optional<Boolean> startsAtLogin() throws Failure {
      try {
        return Optional.of(autostart().isOn());
      } catch (IOException e) {
        throw Failure.of("cannot read it", e);
      }
    }

    @Override
    public void startAtLogin(boolean on) throws Failure {
      try {
        autostart().set(on);
      } catch (IOException e) {
        throw Failure.of("cannot write it", e);
      }
    }

    @Override
    public Optional<String> sessionBus() {
      return Optional.empty();
    }

    @Override
    public ApiClient daemon() throws Failure {
      return running();
    }

    @Override
    public ApiClient running() throws Failure {
      return ApiClient.of(new Home(home()));
    }

    @Override
    public void close() {
      device.ifPresent(ProcessDevice::close);
    }
  }
}
