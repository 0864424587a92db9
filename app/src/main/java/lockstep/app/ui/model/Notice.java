package lockstep.app.ui.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A word to somebody who does not look at the window: only of what wants a person, never of
/// routine.
///
/// @param urgent whether something waits until that person decides
/// @param goal where it can be seen to
/// @param matter what it is about, for as long as that lasts
public record Notice(String title, String body, boolean urgent, Goal goal, Matter matter) {

  /// What can be over, and what is said of it with it.
  public sealed interface Matter {
    boolean isOpen(Snapshot now);

    /// Something that has happened, and is never undone.
    record News() implements Matter {
      @Override
      public boolean isOpen(Snapshot now) {
        return true;
      }
    }

    /// Conflicts that nobody has settled.
    record Conflicts(Set<String> ids) implements Matter {
      @Override
      public boolean isOpen(Snapshot now) {
        return now.conflicts().stream().map(Conflict::id).anyMatch(ids::contains);
      }
    }

    /// Somebody who waits to be let in.
    record Request(Applicant by) implements Matter {
      @Override
      public boolean isOpen(Snapshot now) {
        return now.applicants().contains(by);
      }
    }

    /// Somebody who waits for a file that this device has locked.
    record Wish(String folder, String path) implements Matter {
      @Override
      public boolean isOpen(Snapshot now) {
        return now.locks().stream()
            .anyMatch(
                lock -> lock.mine() && lock.folder().equals(folder) && lock.path().equals(path));
      }
    }

    /// A folder that has stopped for safety.
    record Halt(String folder) implements Matter {
      @Override
      public boolean isOpen(Snapshot now) {
        return now.folder(folder).filter(it -> it.look() == Folder.Look.HALTED).isPresent();
      }
    }
  }

  private static final Matter NEWS = new Matter.News();

  /// A word of something that has happened.
  public Notice(String title, String body, boolean urgent, Goal goal) {
    this(title, body, urgent, goal, NEWS);
  }

  /// What is worth a word of what the daemon has just told.
  public static Optional<Notice> of(Texts texts, Snapshot snapshot, Event event) {
    if (event.type().equals("short-code-burnt")) return Optional.of(burnt(texts, event.folder()));
    boolean lock = event.type().startsWith("lock-");
    if (!lock) return Optional.empty();
    String who = name(snapshot, event.peer());
    boolean forced = event.forced();
    return switch (event.type()) {
      case "lock-requested" ->
          Optional.of(
              locks(texts, "asked", event, who, true)
                  .about(new Matter.Wish(event.folder(), event.path())));
      case "lock-free" -> Optional.of(locks(texts, "free", event, who, false));
      case "lock-denied" -> Optional.of(locks(texts, "denied", event, who, true));
      case "lock-lost" -> Optional.of(locks(texts, forced ? "forced" : "lost", event, who, true));
      default -> Optional.empty();
    };
  }

  private static Notice locks(Texts texts, String key, Event event, String who, boolean urgent) {
    String title = texts.of("notice.lock." + key, event.path(), who);
    String body =
        event.detail().isEmpty()
            ? texts.of("notice.lock." + key + ".then", event.path(), who)
            : texts.of("notice.quote", texts.said(event).detail());
    return new Notice(title, body, urgent, new Goal.ShowPage("locks"));
  }

  private Notice about(Matter what) {
    return new Notice(title, body, urgent, goal, what);
  }

  private static String name(Snapshot snapshot, String peer) {
    return snapshot.nameOf(peer).orElse(peer);
  }

  /// What is worth a word of what has become of everything. What was there when the desktop began
  /// to look is not news.
  public static List<Notice> between(Texts texts, Snapshot before, Snapshot after) {
    if (before.deviceName().isEmpty() || after.trouble().isPresent()) return List.of();
    var notices = new ArrayList<Notice>();
    conflicts(texts, before, after).ifPresent(notices::add);
    after.applicants().stream()
        .filter(asks -> !before.applicants().contains(asks))
        .map(asks -> asks(texts, asks))
        .forEach(notices::add);
    for (Folder folder : after.folders()) {
      if (wasAway(before, folder.name())) continue;
      before.folder(folder.name()).ifPresent(was -> folder(texts, was, folder, notices));
    }
    return notices;
  }

  private static Notice burnt(Texts texts, String folder) {
    return new Notice(
        texts.of("notice.burnt", folder),
        texts.of("notice.burnt.then"),
        true,
        new Goal.Share(folder));
  }

  private static Notice asks(Texts texts, Applicant asks) {
    return new Notice(
        texts.of("notice.asks", asks.name(), asks.folder()),
        texts.of("notice.asks.then", asks.words()),
        true,
        new Goal.ShowPage("devices"),
        new Matter.Request(asks));
  }

  private static Optional<Notice> conflicts(Texts texts, Snapshot before, Snapshot after) {
    List<Conflict> fresh =
        after.conflicts().stream()
            .filter(conflict -> !isBack(conflict) && !wasAway(before, conflict.folder()))
            .filter(
                conflict ->
                    before.conflicts().stream().noneMatch(c -> c.id().equals(conflict.id())))
            .toList();
    if (fresh.isEmpty()) return Optional.empty();
    Conflict first = fresh.getFirst();
    return Optional.of(
        new Notice(
            texts.of("notice.conflict", fresh.size(), first.path()),
            texts.of("notice.conflict.then", first.other().authorName(), first.folder()),
            true,
            new Goal.ShowPage("conflicts"),
            new Matter.Conflicts(fresh.stream().map(Conflict::id).collect(Collectors.toSet()))));
  }

  /// Whether somebody took back how it was settled: who brings a version back is its new author.
  private static boolean isBack(Conflict conflict) {
    return conflict.official().authorName().equals(conflict.other().authorName());
  }

  /// Whether nothing was known of a folder because its directory was away.
  private static boolean wasAway(Snapshot before, String folder) {
    return before.folder(folder).filter(was -> was.members().isEmpty()).isPresent();
  }

  private static void folder(Texts texts, Folder was, Folder is, List<Notice> notices) {
    Predicate<Member> known =
        member -> was.members().stream().anyMatch(m -> m.peerId().equals(member.peerId()));
    is.others().stream()
        .filter(known.negate())
        .map(
            member ->
                new Notice(
                    texts.of("notice.joined", member.name(), is.name()),
                    texts.of("notice.joined.then", texts.word("role", member.role())),
                    false,
                    new Goal.ShowPage("devices")))
        .forEach(notices::add);
    boolean halted = is.look() == Folder.Look.HALTED && was.look() != Folder.Look.HALTED;
    if (halted) {
      notices.add(
          new Notice(
              texts.of("notice.halted", is.name()),
              is.error().map(texts::sentence).orElse(""),
              true,
              new Goal.ShowPage("folders"),
              new Matter.Halt(is.name())));
    }
  }
}
