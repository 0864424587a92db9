package lockstep.app.ui.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import lockstep.app.Terminal;

/// What the tray says at one moment: a picture's meaning, a line, and the menu.
public record TrayView(Snapshot.Overall state, String line, List<Item> menu) {
  private static final int RECENT_MAX = 8;
  private static final int NAME_MAX = 48;
  private static final Set<String> CHANGES = Set.of("file-received", "file-published");

  public TrayView {
    menu = List.copyOf(menu);
  }

  /// One line of the menu.
  public sealed interface Item {}

  /// @param goal empty for a line that only tells
  public record Entry(String label, Optional<Goal> goal) implements Item {}

  public record Submenu(String label, List<Item> items) implements Item {
    public Submenu {
      items = List.copyOf(items);
    }
  }

  public record Separator() implements Item {}

  /// @param events newest first
  public static TrayView of(Texts texts, Snapshot snapshot, List<Event> events) {
    var menu = new ArrayList<Item>();
    String line = texts.overall(snapshot);
    menu.add(new Entry(line, Optional.of(new Goal.ShowPage(page(snapshot)))));
    menu.add(new Separator());
    for (Folder folder : snapshot.folders()) {
      menu.add(
          entry(texts.of("tray.folder", beginning(folder.name())), new Goal.Open(folder.path())));
    }
    if (!snapshot.folders().isEmpty()) menu.add(new Separator());
    menu.add(submenu(texts, "tray.recent", recent(texts, snapshot, events)));
    menu.add(submenu(texts, "tray.locks", locks(texts, snapshot)));
    shares(texts, snapshot).ifPresent(menu::add);
    menu.add(new Separator());
    pausing(texts, snapshot).forEach(menu::add);
    menu.add(new Separator());
    menu.add(entry(texts.of("tray.window"), new Goal.ShowPage("folders")));
    menu.add(
        new Submenu(
            texts.of("tray.quit"),
            List.of(
                entry(texts.of("tray.quit.on"), new Goal.Quit(false)),
                entry(texts.of("tray.quit.all"), new Goal.Quit(true)))));
    return new TrayView(snapshot.overall(), line, menu);
  }

  /// The page that says what the state is about.
  private static String page(Snapshot snapshot) {
    boolean onlyConflicts =
        !snapshot.conflicts().isEmpty()
            && snapshot.folders().stream()
                .noneMatch(f -> f.look() == Folder.Look.ERROR || f.look() == Folder.Look.HALTED);
    return onlyConflicts ? "conflicts" : "folders";
  }

  private static Entry entry(String label, Goal goal) {
    return new Entry(label, Optional.of(goal));
  }

  private static Item submenu(Texts texts, String key, List<Item> items) {
    return new Submenu(
        texts.of(key),
        items.isEmpty() ? List.of(new Entry(texts.of(key + ".none"), Optional.empty())) : items);
  }

  private static List<Item> recent(Texts texts, Snapshot snapshot, List<Event> events) {
    return events.stream()
        .filter(event -> CHANGES.contains(event.type()) && !event.path().isEmpty())
        .<Item>mapMulti(
            (event, items) ->
                snapshot
                    .folder(event.folder())
                    .ifPresent(
                        folder -> {
                          Path file = folder.path().resolve(event.path());
                          String what = texts.word("event", event.type());
                          items.accept(
                              entry(
                                  texts.of("tray.change", ending(event.path()), what),
                                  new Goal.Open(file)));
                        }))
        .distinct()
        .limit(RECENT_MAX)
        .toList();
  }

  private static List<Item> locks(Texts texts, Snapshot snapshot) {
    return snapshot.locks().stream()
        .<Item>map(
            lock ->
                entry(
                    lock.mine()
                        ? texts.of("tray.lock.mine", ending(lock.path()))
                        : texts.of("tray.lock", lock.ownerName(), ending(lock.path())),
                    new Goal.ShowPage("locks")))
        .toList();
  }

  private static Optional<Item> shares(Texts texts, Snapshot snapshot) {
    List<Item> shares =
        snapshot.folders().stream()
            .filter(Folder::mayInvite)
            .<Item>map(
                folder ->
                    entry(Terminal.safe(beginning(folder.name())), new Goal.Share(folder.name())))
            .toList();
    return shares.isEmpty()
        ? Optional.empty()
        : Optional.of(new Submenu(texts.of("tray.share"), shares));
  }

  private static Stream<Item> pausing(Texts texts, Snapshot snapshot) {
    List<Boolean> paused =
        snapshot.folders().stream().map(folder -> folder.look() == Folder.Look.PAUSED).toList();
    Stream<Item> pauses =
        !paused.contains(false)
            ? Stream.of()
            : Stream.of(
                entry(texts.of("tray.pause.hour"), new Goal.Pause(60)),
                entry(texts.of("tray.pause"), new Goal.Pause(0)));
    Stream<Item> resume =
        paused.contains(true)
            ? Stream.of(entry(texts.of("tray.resume"), new Goal.Resume()))
            : Stream.of();
    return Stream.concat(pauses, resume);
  }

  /// A name of which its beginning is what matters: a menu is as wide as its longest line.
  private static String beginning(String name) {
    int length = name.codePointCount(0, name.length());
    return length <= NAME_MAX
        ? name
        : name.substring(0, name.offsetByCodePoints(0, NAME_MAX - 1)) + "…";
  }

  /// A path of which its end is what matters.
  private static String ending(String path) {
    int length = path.codePointCount(0, path.length());
    return length <= NAME_MAX
        ? path
        : "…" + path.substring(path.offsetByCodePoints(0, length - NAME_MAX + 1));
  }
}
