package lockstep.app.ui.model;

import java.util.List;
import lockstep.app.JsonObject;

/// What came of bringing something back.
///
/// @param paths of all that is again what it was, directories included
/// @param missing paths whose bytes no device has that is connected now
public record Restored(List<String> paths, List<String> missing) {
  public Restored {
    paths = List.copyOf(paths);
    missing = List.copyOf(missing);
  }

  static Restored of(JsonObject json) {
    return new Restored(json.strings("restored"), json.strings("missing"));
  }

  /// What would come of it, in paths within the folder; whatever else stands there stays.
  ///
  /// @param returning where nothing stands now
  /// @param replaced what would be again what it was
  /// @param elsewhere those of both that another device has to send
  /// @param bytes of all their files
  public record Plan(
      List<String> returning, List<String> replaced, List<String> elsewhere, long bytes) {
    public Plan {
      returning = List.copyOf(returning);
      replaced = List.copyOf(replaced);
      elsewhere = List.copyOf(elsewhere);
    }

    static Plan of(JsonObject json) {
      return new Plan(
          json.strings("returning"),
          json.strings("replaced"),
          json.strings("elsewhere"),
          json.number("bytes"));
    }

    public boolean changesNothing() {
      return returning.isEmpty() && replaced.isEmpty();
    }
  }

  /// What came of taking that back.
  ///
  /// @param left what somebody has changed since then: it stays
  public record Undone(List<String> paths, List<String> left) {
    public Undone {
      paths = List.copyOf(paths);
      left = List.copyOf(left);
    }

    static Undone of(JsonObject json) {
      return new Undone(json.strings("undone"), json.strings("left"));
    }
  }
}
