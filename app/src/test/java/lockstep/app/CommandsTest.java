package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.sync.BandwidthLimits;
import lockstep.sync.HistoryLimits;
import lockstep.sync.LockPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command line against a running daemon, as the contract has it.
class CommandsTest {
  @TempDir private Path directory;
  private TestDevice device;

  @BeforeEach
  void start() throws Failure {
    device = TestDevice.running(directory.resolve("home"));
  }

  @AfterEach
  void stop() throws IOException {
    device.close();
  }

  private String addFolder(String name) {
    Path folder = directory.resolve(name);
    assertThat(device.run("folder", "add", folder.toString(), "--name", name).exitCode()).isZero();
    return folder.toString();
  }

  @Test
  void status_has_the_shape_of_the_contract() throws Exception {
    String path = addFolder("work");

    JsonObject status = device.run("status", "--json").json();

    assertThat(status.object("device").string("name")).isEqualTo("studio");
    assertThat(status.object("device").string("peerId")).startsWith("12D3KooW");
    assertThat(status.object("device").strings("addresses"))
        .contains("/ip4/127.0.0.1/tcp/4711/p2p/" + status.object("device").string("peerId"));
    assertThat(status.object("daemon").string("apiUrl")).startsWith("http://127.0.0.1:");
    JsonObject folder = status.objects("folders").getFirst();
    assertThat(folder.members().keySet())
        .contains("name", "id", "path", "state", "files", "directories", "bytes", "pendingFiles")
        .contains("pendingBytes", "unpublishedFiles", "conflicts", "locks", "members");
    assertThat(folder.string("path")).isEqualTo(path);
    assertThat(folder.string("state")).isEqualTo("in-sync");
    assertThat(folder.objects("members").getFirst().members().keySet())
        .containsExactly(
            "peerId",
            "name",
            "role",
            "self",
            "connected",
            "inSync",
            "missingFiles",
            "missingBytes",
            "leftOutFiles",
            "forked");
  }

  @Test
  void an_absent_error_is_null_in_json() {
    addFolder("work");

    assertThat(device.run("status", "--json").out()).contains("\"error\":null");
  }

  @Test
  void the_home_may_be_named_after_the_command() {
    String home = directory.resolve("home").toString();

    assertThat(device.run("status", "--home", home).exitCode()).isZero();
  }

  @Test
  void an_unknown_folder_is_refused_with_the_known_ones() {
    addFolder("work");

    TestDevice.Result result = device.run("status", "--folder", "wrok");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines())
        .containsExactly(
            "error: there is no folder 'wrok'",
            "  why: the shared folders are 'work'",
            "  try: lockstep folder list");
  }

  @Test
  void what_the_engine_refuses_is_told_with_reason_and_advice() {
    addFolder("work");

    TestDevice.Result result = device.run("folder", "add", directory.toString(), "--name", "work");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .contains("error: cannot share", "  why: the name is taken", "  try: another --name");
  }

  @Test
  void waiting_in_vain_exits_4_and_says_for_what() {
    addFolder("work");
    device.run("folder", "pause", "work");

    TestDevice.Result result = device.run("status", "--wait-synced", "0.1");

    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.err()).contains("not in sync after 0.1 s", "folder 'work' paused");
    device.run("folder", "resume", "work");
    assertThat(device.run("status", "--wait-synced", "5").exitCode()).isZero();
  }

  @Test
  void the_invitation_code_is_the_last_line_and_the_qr_goes_to_stderr() throws Exception {
    addFolder("work");
    Path picture = directory.resolve("invitation.png");

    TestDevice.Result result =
        device.run(
            "invite",
            "work",
            "--role",
            "read-only",
            "--expires",
            "7d",
            "--uses",
            "3",
            "--qr",
            picture.toString());

    assertThat(result.lines()).containsExactly("code-read-only-10080-3");
    assertThat(result.err()).contains("█");
    assertThat(Files.readAllBytes(picture)).startsWith(0x89, 'P', 'N', 'G');
  }

  @Test
  void the_qr_is_a_drawing_where_its_file_is_called_so() throws Exception {
    addFolder("work");
    Path drawing = directory.resolve("invitation.SVG");

    device.run("invite", "work", "--qr", drawing.toString());

    assertThat(Files.readString(drawing)).startsWith("<svg xmlns=").endsWith("</svg>\n");
    TestDevice.Result refused = device.run("invite", "work", "--qr", "invitation.pdf");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("invitation.pdf", ".png or .svg");
  }

  @Test
  void a_folder_is_moved_after_saying_what_that_does() {
    addFolder("work");
    String to = directory.resolve("new").toString();

    TestDevice.Result planned = device.run("folder", "move", "work", to, "--dry-run");
    assertThat(planned.out())
        .contains("to '" + to + "': 3 files, 4.0 KiB and the history", "it is copied (16 KiB;");

    TestDevice.Result moved = device.run("folder", "move", "work", to);
    assertThat(moved.lines()).containsExactly("'work' is in '" + to + "' now");
    assertThat(moved.err()).contains("left in the old place", "  notes.txt");
    assertThat(device.run("folder", "list").out()).contains(to);

    TestDevice.Result refused = device.run("folder", "move", "work", to + "/in");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("error: cannot move 'work' to", "  why: that lies inside");
    assertThat(device.run("folder", "move", "work", "--cancel").err()).contains("nothing was");
    assertThat(device.run("folder", "move", "work").exitCode()).isEqualTo(2);
  }

  @Test
  void invitations_are_listed_and_revoked() throws Exception {
    addFolder("work");
    assertThat(device.run("invitations", "work").err()).contains("lockstep invite FOLDER");
    device.run("invite", "work", "--role", "read-only", "--uses", "3");

    JsonObject made = device.run("invitations", "work", "--json").jsonList().getFirst();
    assertThat(made.string("role")).isEqualTo("read-only");
    assertThat(device.run("invitations", "work").out())
        .contains(made.string("id") + "  open  read-only  0 of 3 uses");

    assertThat(device.run("invitations", "revoke", "work", made.string("id")).exitCode()).isZero();
    assertThat(device.run("invitations", "work").out()).isEmpty();
    assertThat(device.run("invitations", "revoke", "work", "feed").exitCode()).isEqualTo(1);
  }

  @Test
  void a_short_code_is_the_last_line_and_goes_with_no_picture() {
    addFolder("work");

    TestDevice.Result said = device.run("invite", "work", "--spoken");
    assertThat(said.lines()).containsExactly("7-acorn-zebra");
    assertThat(said.err()).contains("within ten minutes", "tried once").doesNotContain("█");
    assertThat(device.run("invite", "work", "--spoken", "--role", "read-only").out())
        .contains("read-only");
    assertThat(device.run("invite", "work", "--spoken", "--uses", "2").exitCode()).isEqualTo(2);
    assertThat(device.run("invite", "work", "--spoken", "--qr", "x.png").exitCode()).isEqualTo(2);
  }

  @Test
  void who_invites_nearby_is_listed_with_the_number_of_the_code() throws Exception {
    TestDevice.Result found = device.run("nearby");
    assertThat(found.out()).startsWith("7-WORD-WORD  lap\\u{1b}top  ");
    assertThat(found.err()).contains("have the two words told");
    assertThat(device.run("nearby", "--json").jsonList().getFirst().number("number")).isEqualTo(7);
  }

  @Test
  void who_waits_for_approval_is_listed_and_let_in_or_sent_away() throws Exception {
    addFolder("work");
    assertThat(device.run("invite", "work", "--approve").out()).contains("-approve");
    assertThat(device.run("invitations", "work").out()).contains("0 of 1 use, with approval");
    var ben = new PeerId(PrivateKey.generate(Entropy.system()).publicKey());
    var eve = new PeerId(PrivateKey.generate(Entropy.system()).publicKey());
    device.engine().ask("work", ben, "b\u001ben");
    device.engine().ask("work", eve, "eve");

    String line = "b\\u{1b}en  read-write  waits for approval: acorn-zebra-kiwi-igloo  " + ben;
    assertThat(device.run("members", "work").lines()).contains(line);
    assertThat(device.run("members", "work").err()).contains("lockstep members approve");
    assertThat(device.run("status").lines()).contains("asks     to join 'work': " + line);
    JsonObject waiting = device.run("members", "work", "--json").jsonList().get(1);
    assertThat(waiting.flag("waiting")).isTrue();
    assertThat(waiting.string("words")).isEqualTo("acorn-zebra-kiwi-igloo");

    assertThat(device.run("members", "approve", "work", ben.toString()).exitCode()).isZero();
    assertThat(device.run("members", "refuse", "work", eve.toString()).exitCode()).isZero();
    assertThat(device.run("members", "work", "--json").jsonList())
        .extracting(member -> member.string("peerId"))
        .contains(ben.toString())
        .doesNotContain(eve.toString());
    assertThat(device.run("members", "approve", "work", eve.toString()).err())
        .contains("does not wait to join");
  }

  @Test
  void a_role_or_time_that_does_not_exist_is_refused() {
    addFolder("work");

    assertThat(device.run("invite", "work", "--role", "owner").err())
        .contains("'owner' is no role; there are admin, read-write and read-only");
    assertThat(device.run("invite", "work", "--expires", "soon").err()).contains("24h");
  }

  @Test
  void a_used_code_is_refused() {
    addFolder("work");
    String code = device.run("invite", "work").out().strip();
    String path = directory.resolve("elsewhere").toString();

    assertThat(device.run("join", code, path).out()).startsWith("joined 'joined' in '");
    assertThat(device.run("join", code, path).exitCode()).isEqualTo(1);
  }

  @Test
  void members_are_listed_changed_and_removed() throws Exception {
    addFolder("work");
    JsonObject self = device.run("members", "work", "--json").jsonList().getFirst();

    device.run("members", "role", "work", self.string("peerId"), "read-only");
    assertThat(device.run("members", "work").out()).contains("studio  read-only  this device");
    device.run("members", "remove", "work", self.string("peerId"));
    assertThat(device.run("members", "work").out()).isEmpty();
  }

  @Test
  void who_told_one_history_needs_no_healing() throws Exception {
    addFolder("work");
    JsonObject self = device.run("members", "work", "--json").jsonList().getFirst();

    TestDevice.Result refused = device.run("members", "heal", "work", self.string("peerId"));

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("is not in quarantine in 'work'", "try: ");
  }

  @Test
  void limits_are_shown_set_and_kept() throws Exception {
    assertThat(device.run("limit").lines())
        .containsExactly("upload    off", "download  off", "local     not held back");

    assertThat(device.run("limit", "--upload", "500kB/s", "--local", "yes").lines())
        .containsExactly("upload    500 kB/s", "download  off", "local     held back, too");

    assertThat(device.engine().limits())
        .isEqualTo(new BandwidthLimits(OptionalLong.of(500_000), OptionalLong.empty(), true));
    assertThat(device.run("limit", "--upload", "off").exitCode()).isZero();
    assertThat(device.run("limit", "--json").json().has("upload")).isFalse();
    assertThat(Settings.read(device.home).bandwidth().usual().local()).isTrue();
  }

  @Test
  void how_long_the_history_is_kept_is_shown_set_and_counts_at_once() throws Exception {
    assertThat(device.run("settings").lines().getFirst())
        .isEqualTo(
            "history   what was replaced or deleted is kept for 30 days,"
                + " in at most 10 % of the disk");

    assertThat(device.run("settings", "--keep-days", "1").lines().getFirst())
        .contains("for 1 day, in at most 10 %");

    assertThat(device.engine().history()).contains(new HistoryLimits(Duration.ofDays(1), 10));
    assertThat(Settings.read(device.home).history())
        .isEqualTo(new HistoryLimits(Duration.ofDays(1), 10));
  }

  @Test
  void what_is_locked_by_itself_is_set_for_all_folders_and_for_one() throws Exception {
    addFolder("work");
    addFolder("a.b c");
    var all =
        device.run("settings", "--lock-files", "default *.c4x", "--quiet-seconds", "90", "--json");
    assertThat(all.json().object("locks").string("files")).isEqualTo("default *.c4x");

    var one = device.run("settings", "--folder", "a.b c", "--lock-files", "off");

    assertThat(one.lines())
        .contains(
            "locks     by themselves: default *.c4x; until 90 s without a save",
            "          in 'a.b c': off");
    assertThat(device.engine().locking("a.b c").files()).isEqualTo("off");
    assertThat(device.engine().locking("work"))
        .isEqualTo(new LockPolicy("default *.c4x", Duration.ofSeconds(90)))
        .isEqualTo(Settings.read(device.home).locking("work"));
    device.run("settings", "--folder", "a.b c", "--lock-files", "common");
    assertThat(device.engine().locking("a.b c").files()).isEqualTo("default *.c4x");
    assertThat(device.run("settings").out()).doesNotContain("a.b c");
  }

  @Test
  void whether_the_router_is_asked_is_shown_set_and_counts_at_once() throws Exception {
    assertThat(device.mapping).hasValue(1);
    assertThat(device.run("settings").lines())
        .contains("router    is asked to let other devices in");
    assertThat(device.run("doctor").out())
        .contains("it lets other devices in at /ip4/203.0.113.7/tcp/4001");

    assertThat(device.run("settings", "--port-mapping", "no").lines())
        .contains("router    is not asked to let other devices in");

    assertThat(device.mapping).hasValue(0);
    assertThat(Settings.read(device.home).portMapping()).isFalse();
    assertThat(device.run("doctor").out()).contains("lockstep settings --port-mapping yes");
    assertThat(device.run("settings", "--port-mapping", "perhaps").exitCode()).isEqualTo(2);
    device.run("settings", "--port-mapping", "yes");
    assertThat(device.mapping).hasValue(1);
  }

  @Test
  void a_setting_that_cannot_be_is_refused_and_changes_nothing() throws Exception {
    assertThat(device.run("settings", "--keep-days", "-1").err())
        .contains("cannot be '-1'", "a whole number from 0 to 36500");
    String[][] wrong = {
      {"--max-percent", "101", "a whole number from 0 to 100"},
      {"--quiet-seconds", "0", "a whole number from 1 to 86400"},
      {"--lock-files", " ", "off, all, default or names such as *.blend"},
      {"--lock-files", "renders/*.exr", "names are compared alone"},
    };
    for (String[] each : wrong) {
      TestDevice.Result refused = device.run("settings", "--keep-days", "7", each[0], each[1]);
      assertThat(refused.exitCode()).as(each[0]).isEqualTo(1);
      assertThat(refused.err()).contains(each[2]);
    }
    assertThat(device.run("settings", "--folder", "work").exitCode()).isEqualTo(2);
    assertThat(device.run("settings", "--folder", "wrok", "--lock-files", "off").err())
        .contains("there is no folder 'wrok'");
    assertThat(device.run("settings", "--json").json().object("history").number("keepDays"))
        .isEqualTo(30);
    assertThat(device.engine().history()).isEmpty();
  }

  @Test
  void a_limit_that_is_none_is_refused_and_changes_nothing() {
    var refused = device.run("limit", "--download", "fast");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("'fast' is no rate", "2 MB/s");
    assertThat(device.run("limit", "--upload", "1 kB/s").err()).contains("16 KiB/s");
    assertThat(device.run("limit", "--local", "maybe").exitCode()).isEqualTo(2);
    assertThat(device.engine().limits()).isEqualTo(BandwidthLimits.NONE);
  }

  @Test
  void a_dialled_peer_is_among_the_peers() throws Exception {
    PeerId other = new PeerId(PrivateKey.generate(Entropy.system()).publicKey());
    String address = "/ip4/127.0.0.1/tcp/9/p2p/" + other;

    assertThat(device.run("connect", address).out()).isEqualTo("connected to " + other + "\n");

    JsonObject peer = device.run("peers", "--json").jsonList().getFirst();
    assertThat(peer.string("peerId")).isEqualTo(other.toString());
    assertThat(peer.string("direction")).isEqualTo("outbound");
    assertThat(peer.decimal("rttMillisP50")).contains(0.25);
    assertThat(peer.decimal("rttMillisP95")).isEmpty();
    assertThat(peer.strings("addresses")).containsExactly(address);
  }

  @Test
  void an_address_without_a_peer_id_is_refused() {
    TestDevice.Result result = device.run("connect", "/ip4/127.0.0.1/tcp/9");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("must end in /p2p/<peer id>");
  }

  @Test
  void why_speaks_of_the_absolute_path() {
    assertThat(device.run("why", "a/../b").lines())
        .containsExactly(
            "'" + Path.of("b").toAbsolutePath() + "' is in sync", "  every member has it");
  }

  @Test
  void verify_exits_1_when_something_is_wrong() throws Exception {
    addFolder("work");

    assertThat(device.run("verify", "--json").json().flag("ok")).isTrue();
    TestDevice.Result wrong = device.run("ledger", "verify", "work");
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.out()).contains("signature", "entry 1 is not signed");
  }

  @Test
  void the_ledger_is_shown_and_exported() throws Exception {
    addFolder("work");
    Path file = directory.resolve("ledger.bin");

    assertThat(device.run("ledger", "show", "work", "--limit", "1").out()).contains("genesis");
    assertThat(device.run("ledger", "show", "work", "--limit", "0").out()).isEmpty();
    assertThat(device.run("ledger", "export", "work", file.toString()).exitCode()).isZero();
    assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3);
    assertThat(device.run("ledger", "export", "work", file.toString()).exitCode()).isEqualTo(1);
  }

  @Test
  void a_name_cannot_drive_the_terminal() {
    String evil = "a\u001b[2Jb\nc\u202e";
    addFolder(evil);

    String shown = device.run("status").out() + device.run("folder", "list").out();

    assertThat(shown).contains("a\\u{1b}[2Jb\\nc\\u{202e}").doesNotContain("\u001b", "\u202e");
    assertThat(device.run("status", "--json").out().strip()).matches("[ -~]*");
  }

  @Test
  void folder_names_with_odd_characters_reach_the_daemon_whole() {
    for (String name : new String[] {"a b", "ä/ö", "50%+?&=#", "..", "\uD83D\uDE00"}) {
      assertThat(device.run("folder", "add", directory.resolve("x").toString(), "--name", name))
          .extracting(TestDevice.Result::exitCode)
          .isEqualTo(0);
      assertThat(device.run("folder", "pause", name).exitCode()).as(name).isZero();
    }
    assertThat(device.engine().folders()).hasSize(5);
  }

  @Test
  void paths_are_excluded_listed_and_included_again() {
    addFolder("work");
    assertThat(device.run("folder", "exclude", "work").err()).contains("everything is synced here");

    assertThat(device.run("folder", "exclude", "work", "renders", "old\u001b.txt").lines())
        .containsExactly("no longer synced here: renders", "no longer synced here: old\\u{1b}.txt");
    assertThat(device.run("folder", "exclude", "work").lines())
        .containsExactly("old\\u{1b}.txt", "renders");
    assertThat(device.run("folder", "include", "work", "renders").lines())
        .containsExactly("synced again: renders");

    assertThat(device.run("folder", "exclude", "work").lines()).hasSize(1);
    assertThat(device.run("folder", "include", "work").exitCode()).isEqualTo(2);
    assertThat(device.run("folder", "exclude", "wrok", "x").exitCode()).isEqualTo(1);
  }

  @Test
  void what_a_reader_has_changed_is_listed_and_taken_back() {
    addFolder("work");
    assertThat(device.run("folder", "revert", "work").err())
        .contains("nothing is here that the others do not have");

    device.engine().changeHere("renders/old\u001b.exr");
    assertThat(device.run("folder", "revert", "work", "--dry-run").lines())
        .containsExactly("not shared: renders/old\\u{1b}.exr");
    assertThat(device.run("folder", "revert", "work").lines())
        .containsExactly("taken back: renders/old\\u{1b}.exr");
    assertThat(device.run("folder", "revert", "work", "--dry-run").lines()).isEmpty();
    assertThat(device.run("folder", "revert", "wrok").exitCode()).isEqualTo(1);
  }

  @Test
  void a_mass_change_is_accepted_or_undone_by_name() {
    addFolder("work");

    assertThat(device.run("folder", "resume", "work", "--accept-deletions").exitCode()).isZero();
    assertThat(device.run("folder", "resume", "work", "--restore").exitCode()).isZero();
    assertThat(device.run("folder", "resume", "work").exitCode()).isZero();

    assertThat(device.run("events", "--json").out())
        .contains("resumed-ACCEPT_DELETIONS", "resumed-RESTORE", "resumed-PLAIN");
    assertThat(device.run("folder", "resume", "work", "--restore", "--accept-deletions").exitCode())
        .isEqualTo(2);
  }

  @Test
  void events_are_shown_once_and_followed() throws Exception {
    addFolder("work");
    device.engine().tell("file-received", "work", Optional.of("notes.txt"));

    assertThat(device.run("events", "--json").lines())
        .hasSize(2)
        .last()
        .isEqualTo(
            "{\"at\":\"1970-01-01T00:00:00Z\",\"type\":\"file-received\",\"folder\":\"work\","
                + "\"path\":\"notes.txt\",\"by\":\"test\"}");
    WebSocket socket = ApiClient.of(device.home).follow(ApiClient.path("events"));
    assertThat(socket.receive().orElseThrow()).contains("folder-in-sync");
    assertThat(socket.receive().orElseThrow()).contains("file-received");
    device.engine().tell("file-published", "work", Optional.empty());
    assertThat(socket.receive().orElseThrow()).contains("file-published");
  }

  @Test
  void following_ends_when_the_daemon_does() throws Exception {
    WebSocket socket = ApiClient.of(device.home).follow(ApiClient.path("events"));

    device.close();

    assertThat(socket.receive()).isEmpty();
  }
}
