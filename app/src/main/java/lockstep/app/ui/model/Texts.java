package lockstep.app.ui.model;

import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lockstep.app.Terminal;
import lockstep.app.ui.model.Badges.Badge;
import lockstep.base.TimeSource;

/// All words on the screen, in the language of its user. Names that are put into them have their
/// control characters written out.
public final class Texts {
  private static final String BUNDLE = "lockstep.app.ui.texts";

  /// How the daemon writes a moment.
  private static final Pattern INSTANT =
      Pattern.compile("\\b\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?Z\\b");

  /// A word at the beginning of a sentence, and nothing such as `config.toml`.
  private static final Pattern LOWER_CASE_WORD =
      Pattern.compile("\\p{Ll}[\\p{L}’'-]*(?=[\\s\u00a0,;:]|$)");

  private final Locale locale;
  private final ResourceBundle bundle;
  private final Catalogue catalogue;
  private final ZoneId zone;
  private final TimeSource time;

  /// @param time what today is
  public Texts(Locale locale, ZoneId zone, TimeSource time) {
    this.locale = locale;
    this.zone = zone;
    this.time = time;
    // English is the bundle without a language; the system's own must not come before it
    bundle =
        ResourceBundle.getBundle(
            BUNDLE,
            locale,
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    catalogue = Catalogue.of(bundle);
  }

  public Locale locale() {
    return locale;
  }

  /// Where its user is.
  public ZoneId zone() {
    return zone;
  }

  /// The text of a key, with its gaps filled.
  public String of(String key, Object... values) {
    String pattern = bundle.getString(key);
    if (values.length == 0) return pattern;
    Object[] safe = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      safe[i] = values[i] instanceof Number number ? number : Terminal.safe(values[i].toString());
    }
    return new MessageFormat(pattern, locale).format(safe);
  }

  /// The text of a key that may be unknown: a newer daemon has newer words.
  public String word(String prefix, String word) {
    try {
      return bundle.getString(prefix + "." + word);
    } catch (MissingResourceException newer) {
      return Terminal.safe(word.replace('-', ' '));
    }
  }

  /// What the daemon said, with moments as they are written here.
  public String said(String sentence) {
    String told =
        INSTANT
            .matcher(catalogue.translate(sentence))
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(
                        Conflict.moment(found.group()).map(this::date).orElse(found.group())));
    return Terminal.safe(told);
  }

  /// The same where it stands alone.
  public String sentence(String sentence) {
    return headed(said(sentence));
  }

  /// What went wrong: the daemon may have said so.
  public Trouble said(Trouble trouble) {
    return new Trouble(
        sentence(trouble.what()),
        trouble.why().map(this::said),
        trouble.advice().flatMap(this::advice));
  }

  public Finding said(Finding finding) {
    return new Finding(
        finding.severity(),
        topic(finding.topic()),
        sentence(finding.what()),
        finding.advice().flatMap(this::advice),
        finding.remedy());
  }

  /// What to do, as far as it can be done in the window or outside of the program.
  private Optional<String> advice(String advice) {
    return catalogue.advise(advice).map(Terminal::safe);
  }

  private String topic(String topic) {
    if (topic.startsWith(Finding.OF_FOLDER)) {
      return of("topic.folder", topic.substring(Finding.OF_FOLDER.length()));
    }
    return headed(word("topic", topic));
  }

  /// A title begins with a capital, unless it begins with a name: that is none of our words.
  private String headed(String title) {
    return LOWER_CASE_WORD.matcher(title).lookingAt()
        ? title.substring(0, 1).toUpperCase(locale) + title.substring(1)
        : title;
  }

  /// An event as it is shown. What people have written stays as it is.
  public Event said(Event event) {
    if (event.isQuoted()) return event;
    return event.with(
        event.type().equals("folder-moved") && !event.detail().isEmpty()
            ? of("event.folder-moved.to", event.detail())
            : said(event.detail()));
  }

  /// `0 B`, `12 KB`, `1.5 GB` in the way of the language.
  public String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < 5) {
      value /= 1000;
      unit++;
    }
    String number = String.format(locale, value < 9.95 && unit > 0 ? "%.1f" : "%.0f", value);
    return number + "\u00a0" + of("units").split(" ")[unit];
  }

  public String duration(Duration time) {
    if (time.toMinutes() == 0) return of("duration.seconds", Math.max(1, time.toSeconds()));
    if (time.toHours() == 0) return of("duration.minutes", time.toMinutes());
    if (time.toDays() == 0) return of("duration.hours", time.toHours(), time.toMinutesPart());
    return of("duration.days", time.toDays());
  }

  /// When something was, where that stands alone.
  public String moment(Optional<Instant> at) {
    return at.map(this::moment).orElse("");
  }

  private String moment(Instant at) {
    LocalDate today = LocalDate.ofInstant(time.wallTime(), zone);
    LocalDate day = LocalDate.ofInstant(at, zone);
    if (day.equals(today)) return of("moment.today", hour(at));
    return day.equals(today.minusDays(1)) ? of("moment.yesterday", hour(at)) : date(at);
  }

  /// The same within a sentence.
  public String date(Instant at) {
    return written(
        DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT), at);
  }

  private String hour(Instant at) {
    return written(DateTimeFormatter.ofLocalizedTime(FormatStyle.SHORT), at);
  }

  private String written(DateTimeFormatter format, Instant at) {
    return format.withLocale(locale).withZone(zone).format(at);
  }

  /// What a folder is doing, in one short line.
  public String headline(Folder folder) {
    if (folder.move().isPresent()) return moving(folder.move().get());
    return switch (folder.look()) {
      case SYNCED -> synced(folder);
      case SCANNING -> of("folder.scanning");
      case SYNCING -> syncing(folder);
      case PAUSED -> of("folder.paused");
      case HALTED -> of("folder.halted");
      case ERROR -> of("folder.error");
      case LEFT -> of("folder.left");
    };
  }

  private String moving(Move move) {
    String phase = word("move.phase", move.phase());
    return move.bytesTotal() == 0
        ? phase
        : phase + of("move.amount", bytes(move.bytes()), bytes(move.bytesTotal()));
  }

  private String synced(Folder folder) {
    if (folder.leftOutFiles() > 0) return of("folder.synced.part", folder.leftOutFiles());
    if (folder.others().isEmpty()) return of("folder.alone");
    return folder.isFetched() ? of("folder.synced.here", folder.fetching()) : of("folder.synced");
  }

  private String syncing(Folder folder) {
    if (folder.pendingFiles() == 0) return of("folder.sending");
    String left = of("folder.syncing", folder.pendingFiles(), bytes(folder.pendingBytes()));
    return folder
        .timeLeft()
        .map(time -> left + of("folder.rate", bytes(folder.bytesPerSecond()), duration(time)))
        .orElse(left);
  }

  /// What an entry of the ledger says, in one line: who did what.
  public String heading(Change change) {
    String author = change.authorName();
    int count = change.doings().size();
    if (count == 1) return told("did.", change.doings().getFirst(), author);
    if (count > 1)
      return of("did.more." + change.doneAlike().map(Texts::did).orElse("mixed"), author, count);
    return change
        .belonging()
        .map(who -> of("belong." + belonging(who), author, who.name(), word("role", who.role())))
        .orElseGet(() -> of("history.by", word("change", change.kind()), author));
  }

  /// What is to be read below that.
  public List<String> lines(Change change) {
    if (change.belonging().isPresent()) return lines(change.belonging().get(), change.authorName());
    return switch (change.doings().size()) {
      case 0 -> change.lines().stream().map(this::said).toList();
      case 1 -> List.of();
      default -> change.doings().stream().map(doing -> told("doing.", doing, "")).toList();
    };
  }

  private List<String> lines(Belonging who, String author) {
    return switch (who.kind()) {
      case "join" -> List.of(of("belong.join.by", author));
      case "quarantine" -> List.of(of("belong.quarantine.by", author));
      case "invite" -> {
        String terms =
            of("belong.invite.terms", who.uses(), who.expires().map(this::date).orElse(""));
        yield List.of(who.needsApproval() ? terms + of("belong.invite.approval") : terms);
      }
      default -> List.of();
    };
  }

  /// A newer daemon may know more.
  private static String belonging(Belonging who) {
    return switch (who.kind()) {
      case "create",
          "join",
          "role",
          "leave",
          "remove",
          "invite",
          "withdraw",
          "quarantine",
          "heal" ->
          who.kind();
      default -> "other";
    };
  }

  private static String did(String kind) {
    return switch (kind) {
      case "add", "delete", "move" -> kind;
      default -> "change";
    };
  }

  /// @param author not in every text
  private String told(String prefix, Doing doing, String author) {
    String key = prefix + did(doing.kind());
    return doing.hasSize()
        ? of(key + ".file", author, doing.shown(), bytes(doing.size()))
        : of(key, author, doing.from().orElseGet(doing::shown), doing.news());
  }

  /// What a badge in the tree of files stands for.
  public String of(Badge badge) {
    return switch (badge) {
      case Badge.Problem(String reason) -> sentence(reason);
      case Badge.InConflict() -> of("files.badge.conflict");
      case Badge.Locked(Optional<String> by) ->
          by.map(device -> of("files.badge.locked", device))
              .orElseGet(() -> of("files.badge.mine"));
    };
  }

  /// Since when a device belongs to a folder no more.
  public String since(Former former) {
    String at = former.since().map(this::date).orElse("");
    return former
        .by()
        .map(by -> of("former.removed", former.folder(), by, at))
        .orElseGet(() -> of("former.left", former.folder(), at));
  }

  /// How a file came to be what it was in a version.
  public String origin(PastVersion version) {
    String author = version.authorName();
    if (version.isDeletion()) return of("version.delete", author);
    if (!version.isFile()) return of("version.directory", author);
    String size = bytes(version.size());
    return version
        .from()
        .map(from -> of("version.move", author, size, from))
        .orElseGet(() -> of("version.put", author, size));
  }

  /// How far a member of a folder is.
  ///
  /// @param reached whether its device is connected
  public String presence(Member member, boolean reached) {
    if (member.forked()) return of("member.forked");
    if (member.self()) return of("member.self");
    if (!member.connected()) return of(reached ? "member.elsewhere" : "member.away");
    if (!member.inSync()) return of("member.behind", member.missingFiles());
    return member.leftOutFiles() == 0
        ? of("member.synced")
        : of("member.part", member.leftOutFiles());
  }

  /// The line at the foot of the window.
  public String overall(Snapshot snapshot) {
    return word("overall", snapshot.overall().name().toLowerCase(Locale.ROOT));
  }
}
