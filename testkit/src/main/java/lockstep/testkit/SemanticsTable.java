package lockstep.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The table of `docs/semantics.md`: what comes of two acts of which neither knew of the other. The
/// page is what users read and what the tests run.
///
/// A tree is written as its entries: `f=text` a file, `d/` a directory, `l->target` a link, and
/// `f=text@touched` a file of which time and mode were changed. `f~first` is the conflict copy of
/// the first one's version of `f`.
public final class SemanticsTable {
  private static final String DIRECTORY = "/";

  private SemanticsTable() {}

  /// One row.
  ///
  /// @param inFlight what comes of it when both were published before either arrived
  /// @param late what comes of it when the second had not published yet when the first arrived
  public record Row(String before, String first, String second, String inFlight, String late) {
    public Map<String, String> treeBefore() {
      return tree(before);
    }

    public Map<String, String> afterFirst() {
      return act(treeBefore(), first);
    }

    public Map<String, String> afterSecond() {
      return act(treeBefore(), second);
    }
  }

  /// All rows of the page.
  public static List<Row> rows() throws IOException {
    return rows(Files.readAllLines(page(Path.of("").toAbsolutePath())));
  }

  /// Tests run in the directory of their module.
  private static Path page(Path module) {
    return Stream.iterate(module, Objects::nonNull, Path::getParent)
        .map(directory -> directory.resolve("docs/semantics.md"))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow();
  }

  private static List<Row> rows(List<String> page) {
    var rows = new ArrayList<Row>();
    for (String line : page) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == 7 && cells[1].contains("`")) {
        String late = cells[5].isBlank() ? cells[4] : cells[5];
        rows.add(
            new Row(
                plain(cells[1]), plain(cells[2]), plain(cells[3]), plain(cells[4]), plain(late)));
      }
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("the page has no table");
    }
    return rows;
  }

  private static String plain(String cell) {
    return cell.replace("`", "").replace(",", " ").strip();
  }

  /// Paths with what stands there: a file's text, `/` for a directory, `->` and a link's target.
  public static Map<String, String> tree(String cell) {
    var tree = new TreeMap<String, String>();
    for (String entry : cell.equals("nothing") ? new String[0] : cell.split(" +")) {
      put(tree, entry);
    }
    return tree;
  }

  private static void put(Map<String, String> tree, String entry) {
    if (entry.endsWith(DIRECTORY)) {
      tree.put(entry.substring(0, entry.length() - 1), DIRECTORY);
    } else if (entry.contains("->")) {
      int arrow = entry.indexOf("->");
      tree.put(entry.substring(0, arrow), entry.substring(arrow));
    } else {
      int equal = entry.indexOf('=');
      tree.put(entry.substring(0, equal), entry.substring(equal + 1));
    }
  }

  /// What an act makes of a tree: acts are separated by `;`.
  private static Map<String, String> act(Map<String, String> before, String acts) {
    var tree = new TreeMap<>(before);
    for (String act : acts.split(" *; *")) {
      String[] words = act.split(" +");
      switch (words[0]) {
        case "write", "make" -> {
          remove(tree, words[1].split("=|->|/$")[0]);
          put(tree, words[1]);
        }
        case "touch" -> tree.computeIfPresent(words[1], (_, text) -> text + "@touched");
        case "delete" -> remove(tree, words[1]);
        case "rename" -> rename(tree, words[1], words[2]);
        case "nothing" -> {}
        default -> throw new IllegalArgumentException("no such act: " + act);
      }
    }
    return tree;
  }

  private static void remove(Map<String, String> tree, String path) {
    tree.keySet().removeIf(each -> each.equals(path) || each.startsWith(path + "/"));
  }

  private static void rename(Map<String, String> tree, String from, String to) {
    var moved = new TreeMap<String, String>();
    tree.forEach(
        (path, value) -> {
          if (path.equals(from) || path.startsWith(from + "/")) {
            moved.put(to + path.substring(from.length()), value);
          }
        });
    remove(tree, from);
    tree.putAll(moved);
  }
}
