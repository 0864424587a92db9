package lockstep.app;

import com.electronwill.nightconfig.core.CommentedConfig;
import com.electronwill.nightconfig.core.Config;
import com.electronwill.nightconfig.core.io.ParsingException;
import com.electronwill.nightconfig.toml.TomlParser;
import com.electronwill.nightconfig.toml.TomlWriter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import lockstep.sync.BandwidthLimits;
import lockstep.sync.HistoryLimits;
import lockstep.sync.LockPolicy;
import lockstep.sync.UserException;

/// The file `config.toml` in the home: small, made to be edited by hand. What Lockstep itself
/// writes there leaves everything else as it stands, comments too.
final class Settings {
  /// Any free port, over IPv4 and IPv6.
  static final List<String> LISTEN_ANYWHERE = List.of("/ip4/0.0.0.0/tcp/0", "/ip6/::/tcp/0");

  private static final String NAME = "name";
  private static final String LISTEN = "network.listen";
  private static final String PORT_MAPPING = "network.port-mapping";
  private static final String KEEP_DAYS = "history.keep-days";
  private static final String MAX_PERCENT = "history.max-percent";

  private static final String UPLOAD = "bandwidth.upload";
  private static final String DOWNLOAD = "bandwidth.download";
  private static final String LOCAL = "bandwidth.local";
  private static final String PERIODS = "bandwidth.schedule";

  private static final String LOCKED = "locks.files";
  private static final String QUIET = "locks.quiet-seconds";

  private static final System.Logger LOG = System.getLogger(Settings.class.getName());

  /// Held by who changes the file, or of two changes at once one would be lost.
  private static final Object CHANGING = new Object();

  private final Home home;
  private final CommentedConfig file;

  private Settings(Home home, CommentedConfig file) {
    this.home = home;
    this.file = file;
  }

  /// Reads the file; a missing one reads as empty.
  static Settings read(Home home) throws IOException {
    try {
      return new Settings(
          home,
          Files.exists(home.settings())
              ? new TomlParser().parse(Files.readString(home.settings()))
              : CommentedConfig.inMemory());
    } catch (ParsingException malformed) {
      throw new IOException("'" + home.settings() + "': " + malformed.getMessage(), malformed);
    }
  }

  /// How other devices show this one.
  Optional<String> name() {
    return file.getOptional(NAME).map(Object::toString).filter(name -> !name.isBlank());
  }

  /// Where to listen for peers.
  List<String> listen() {
    return file.getOptional(LISTEN)
        .filter(List.class::isInstance)
        .map(list -> ((List<?>) list).stream().map(Object::toString).toList())
        .filter(list -> !list.isEmpty())
        .orElse(LISTEN_ANYWHERE);
  }

  /// Whether the router is asked to let others in.
  boolean portMapping() {
    return file.getOptional(PORT_MAPPING).orElse(true).equals(true);
  }

  /// How much of what was replaced or deleted is kept.
  HistoryLimits history() throws IOException {
    try {
      return new HistoryLimits(
          Duration.ofDays(number(KEEP_DAYS, HistoryLimits.DEFAULT.keep().toDays())),
          Math.toIntExact(number(MAX_PERCENT, HistoryLimits.DEFAULT.maxPercent())));
    } catch (ArithmeticException | IllegalArgumentException wrong) {
      throw new IOException(
          "'%s': %s and %s: %s"
              .formatted(home.settings(), KEEP_DAYS, MAX_PERCENT, wrong.getMessage()),
          wrong);
    }
  }

  /// What is locked of a folder without anybody asking. `locks.files` is for all folders,
  /// `folders.NAME.locks` for one.
  LockPolicy locking(String folder) throws IOException {
    try {
      String files =
          ownLocks(folder)
              .or(() -> file.getOptional(LOCKED).map(Object::toString))
              .orElse(LockPolicy.DEFAULT.files());
      long quiet = number(QUIET, LockPolicy.DEFAULT.quiet().toSeconds());
      return new LockPolicy(files, Duration.ofSeconds(quiet));
    } catch (ArithmeticException | IllegalArgumentException wrong) {
      throw new IOException(
          "'%s': %s, folders.%s.locks and %s: %s"
              .formatted(home.settings(), LOCKED, folder, QUIET, wrong.getMessage()),
          wrong);
    }
  }

  /// What a folder has to say of it for itself.
  Optional<String> ownLocks(String folder) {
    return file.getOptional(locksOf(folder)).map(Object::toString);
  }

  private static List<String> locksOf(String folder) {
    return List.of("folders", folder, "locks");
  }

  /// The same as [#locking] for who has no use for what is wrong: only what is locked by hand is
  /// locked then.
  LockPolicy lockingAsFarAsRead(String folder) {
    try {
      return locking(folder);
    } catch (IOException wrong) {
      LOG.log(Level.WARNING, "only what is locked by hand is locked: {0}", wrong);
      return LockPolicy.OFF;
    }
  }

  /// How fast contents may come and go, and when.
  BandwidthPlan bandwidth() throws IOException {
    try {
      var usual =
          new BandwidthLimits(
              rate(file, UPLOAD),
              rate(file, DOWNLOAD),
              file.getOptional(LOCAL).orElse(false).equals(true));
      var periods = new ArrayList<BandwidthPlan.Period>();
      for (Object period : file.<List<?>>getOptional(PERIODS).orElse(List.of())) {
        periods.add(period((Config) period));
      }
      return new BandwidthPlan(usual, periods);
    } catch (ClassCastException | DateTimeException | IllegalArgumentException wrong) {
      throw new IOException(
          "'%s': bandwidth: %s".formatted(home.settings(), Failure.reason(wrong)), wrong);
    }
  }

  private static BandwidthPlan.Period period(Config period) {
    var own = new BandwidthLimits(rate(period, "upload"), rate(period, "download"), false);
    return new BandwidthPlan.Period(
        BandwidthPlan.parseDays(text(period, "days").orElse("daily")),
        LocalTime.parse(text(period, "from").orElse("00:00")),
        LocalTime.parse(text(period, "to").orElse("00:00")),
        own.upload(),
        own.download());
  }

  private static OptionalLong rate(Config table, String key) {
    return text(table, key).map(Units::parseLimit).orElse(OptionalLong.empty());
  }

  private static Optional<String> text(Config table, String key) {
    return table.getOptional(key).map(Object::toString);
  }

  private long number(String key, long otherwise) {
    return file.getOptional(key)
        .map(value -> value instanceof Number found ? found.longValue() : -1L)
        .orElse(otherwise);
  }

  void name(String name) {
    file.set(NAME, name);
    file.setComment(NAME, " How other devices show this one.");
  }

  void listen(List<String> addresses) {
    file.set(LISTEN, addresses);
    file.setComment(LISTEN, " Where to listen for peers; /tcp/0 picks a port, which is kept here.");
  }

  void portMapping(boolean on) {
    file.set(PORT_MAPPING, on);
    file.setComment(PORT_MAPPING, " Whether the router is asked to let other devices in.");
  }

  void bandwidth(BandwidthLimits usual) {
    file.set(UPLOAD, Units.rate(usual.upload()));
    file.set(DOWNLOAD, Units.rate(usual.download()));
    file.set(LOCAL, usual.local());
    file.setComment(
        UPLOAD, " At most so much of files per second: \"2 MB/s\", \"500 kB/s\", \"off\".");
    file.setComment(LOCAL, " Whether that holds on the local network, too.");
  }

  void history(HistoryLimits limits) {
    file.set(KEEP_DAYS, limits.keep().toDays());
    file.set(MAX_PERCENT, limits.maxPercent());
    file.setComment(KEEP_DAYS, " How long what was replaced or deleted is kept.");
    file.setComment(MAX_PERCENT, " The part of the disk that it may take.");
  }

  void locking(LockPolicy usual) {
    file.set(LOCKED, usual.files());
    file.set(QUIET, usual.quiet().toSeconds());
    file.setComment(LOCKED, " What is locked by itself: off, all, default or names: \"*.blend\".");
    file.setComment(QUIET, " Without a save for so long the work on a file is over.");
  }

  /// @param files empty for what all folders have
  void ownLocks(String folder, Optional<String> files) {
    if (files.isPresent()) {
      file.set(locksOf(folder), files.get());
    } else {
      file.remove(locksOf(folder));
    }
  }

  /// What is to become of the settings.
  interface Change {
    void make(Settings settings) throws UserException, IOException;
  }

  /// Reads the file, changes something and writes it, unless the change fails. Changes of one home
  /// come one after the other.
  static Settings change(Home home, Change change) throws UserException, IOException {
    synchronized (CHANGING) {
      Settings settings = read(home);
      change.make(settings);
      settings.save();
      return settings;
    }
  }

  /// Writes what was changed.
  void save() throws IOException {
    Home.writePrivately(
        home.settings(), new TomlWriter().writeToString(file).getBytes(StandardCharsets.UTF_8));
  }
}
