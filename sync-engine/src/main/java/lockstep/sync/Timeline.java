package lockstep.sync;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.PeerId;
import lockstep.base.RelPath;
import lockstep.base.Version;
import lockstep.recovery.HistoryItem;

/// What one path has been: the versions that the ledger holds, and between them what was displaced
/// on this device before anybody published it.
record Timeline(Folder folder, RelPath path, Past past) {
  private static final String KEPT = "kept-";
  private static final int ID_LENGTH = 12;

  static Timeline of(Folder folder, RelPath path) throws IOException {
    return new Timeline(folder, path, Past.below(folder.ledger(), path));
  }

  static String id(Version version) {
    return version.entry().toString().substring(0, ID_LENGTH);
  }

  static String id(HistoryItem item) {
    return KEPT + item.id().replaceFirst("^0+", "");
  }

  /// Newest first. The order of publication stands; what was never published goes where its time
  /// puts it.
  List<PastVersion> versions() throws IOException {
    var rows = new ArrayList<PastVersion>();
    for (Version version : all().reversed()) {
      rows.add(row(version));
    }
    for (HistoryItem item : unpublished()) {
      int at = 0;
      while (at < rows.size() && rows.get(at).at().isAfter(item.displacedAt())) {
        at++;
      }
      rows.add(at, row(item));
    }
    return rows;
  }

  /// In publication order, with the conflict copy that stands here and has no entry.
  List<Version> all() {
    List<Version> all = past.versions(path);
    Optional<Version> stands = folder.ledger().global().get(path);
    boolean derived =
        stands.isPresent()
            && stands.get().node() instanceof Node.File
            && all.stream().noneMatch(v -> v.node().sameContent(stands.get().node()));
    if (!derived) {
      return all;
    }
    var more = new ArrayList<>(all);
    more.add(stands.get());
    more.sort(Version.PUBLICATION);
    return more;
  }

  private PastVersion row(Version version) throws IOException {
    PeerId author = author(version);
    Optional<Content> content = content(version.node());
    Optional<RelPath> source = past.source(version);
    boolean available =
        content.isPresent() ? folder.hasHere(content.get()) : version.node().isLive();
    return new PastVersion(
        id(version),
        author,
        folder.ledger().nameOf(author.key()),
        version.savedAt(),
        content.map(Content::size).orElse(0L),
        content.map(Content::root),
        !version.node().isLive() ? "delete" : source.isPresent() ? "move" : "put",
        source.map(RelPath::toString),
        available);
  }

  /// Who wrote the version that a derived copy was made of.
  private PeerId author(Version version) {
    return folder.ledger().global().conflicts().stream()
        .filter(conflict -> conflict.copyPath().equals(path))
        .filter(conflict -> conflict.other().entry().equals(version.entry()))
        .findFirst()
        .map(conflict -> new PeerId(conflict.other().writer().device()))
        .orElseGet(() -> new PeerId(version.writer().device()));
  }

  private PastVersion row(HistoryItem item) throws IOException {
    Optional<Content> content = folder.kept().content(item);
    return new PastVersion(
        id(item),
        folder.self(),
        folder.ledger().nameOf(folder.self().key()),
        item.displacedAt(),
        content.map(Content::size).orElse(0L),
        content.map(Content::root),
        "put",
        Optional.empty(),
        content.isPresent());
  }

  /// What was displaced here and is no version of the ledger's, oldest first.
  List<HistoryItem> unpublished() throws IOException {
    Set<Content> published = new HashSet<>();
    all().forEach(version -> content(version.node()).ifPresent(published::add));
    var items = new ArrayList<HistoryItem>();
    for (HistoryItem item : folder.workspace().history()) {
      if (item.path().equals(path) && item.stat().kind() == Disk.Kind.FILE) {
        Optional<Content> content = folder.kept().content(item);
        if (content.isPresent() && published.add(content.get())) {
          items.add(item);
        }
      }
    }
    return items;
  }

  private static Optional<Content> content(Node node) {
    return node instanceof Node.File file ? Optional.of(file.content()) : Optional.empty();
  }
}
