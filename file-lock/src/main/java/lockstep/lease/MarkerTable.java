package lockstep.lease;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Lock and temporary files of applications, as their source or their makers' documentation has
/// them; docs/locks.md shows the same table.
final class MarkerTable {
  /// What the existence of a marker means.
  enum Meaning {
    /// The document is open.
    OPEN,
    /// The document is being saved, or was and is not saved yet: the marker may go although the
    /// document stays open.
    SAVING
  }

  /// How the name in the marker and the document's compare.
  private enum Comparison {
    EQUAL,
    /// The marker has the document's name without up to two of its first characters.
    WITHOUT_BEGINNING,
    /// The marker has the beginning of the document's name.
    BEGINNING
  }

  /// @param document what the document is called, from the groups of the marker's pattern
  /// @param source where it is written
  record Row(
      String application,
      Pattern marker,
      String document,
      Comparison comparison,
      Meaning meaning,
      String source) {
    boolean matches(String name) {
      return marker.matcher(name).matches();
    }

    boolean standsFor(String markerName, String sibling) {
      String told = marker.matcher(markerName).replaceFirst(document).toLowerCase(Locale.ROOT);
      String name = sibling.toLowerCase(Locale.ROOT);
      return switch (comparison) {
        case EQUAL -> name.equals(told);
        case WITHOUT_BEGINNING -> name.endsWith(told) && name.length() - told.length() <= 2;
        case BEGINNING -> {
          int dot = told.lastIndexOf('.');
          yield name.startsWith(told.substring(0, dot)) && name.endsWith(told.substring(dot));
        }
      };
    }
  }

  private static final String OFFICE = "Microsoft knowledge base 211632, owner file";
  private static final String SQLITE = "sqlite.org/tempfiles.html, write-ahead log";

  static final List<Row> ROWS =
      List.of(
          open(
              "LibreOffice, OpenOffice, ONLYOFFICE",
              "\\.~lock\\.(.+)#",
              "$1",
              "LibreOffice svl/source/misc/documentlockfile.cxx"),
          new Row(
              "Microsoft Office, SolidWorks",
              pattern("~\\$(.+)"),
              "$1",
              Comparison.WITHOUT_BEGINNING,
              Meaning.OPEN,
              OFFICE),
          saving(
              "Blender",
              "(.+\\.blend)@",
              "$1",
              "Blender source/blender/blenloader/intern/writefile.cc"),
          open("Vim", "\\.(.+)\\.sw[a-p]", "$1", "Vim :help swap-file"),
          open("Emacs", "\\.#(.+)", "$1", "GNU Emacs manual, Interlocking"),
          open(
              "AutoCAD",
              "(.+)\\.dwl2?",
              "$1.dwg",
              "Autodesk support, File locking no longer controlled by AutoCAD"),
          saving(
              "Krita",
              "\\.(.+)-autosave\\.kra",
              "$1",
              "Krita libs/ui/KisDocument.cpp, generateAutoSaveFileName"),
          open("Rhino", "(.+\\.3dm)\\.?rhl", "$1", "McNeel, Rhino help, options for files"),
          open(
              "Premiere Pro",
              "(.+)\\.prlock",
              "$1.prproj",
              "github.com/nextcloud/desktop issue 10237"),
          open("Affinity", "(.+)~lock~", "$1", "github.com/nextcloud/desktop issue 10392"),
          open("KiCad", "~(.+)\\.lck", "$1", "KiCad include/lockfile.h"),
          open("Access", "(.+)\\.laccdb", "$1.accdb", "Microsoft, Azure File Sync planning"),
          open("Audacity, Lightroom", "(.+\\.(?:aup3|lrcat))-wal", "$1", SQLITE),
          open("Lightroom", "(.+\\.lrcat)\\.lock", "$1", "seen beside open catalogues"),
          open("Kate", "\\.(.+)\\.kate-swp", "$1", "KDevelop's filter of project files"),
          new Row(
              "InDesign",
              pattern("~(.+)~.*\\.idlk"),
              "$1.indd",
              Comparison.BEGINNING,
              Meaning.OPEN,
              "community.adobe.com 1547921"));

  private MarkerTable() {}

  private static Row open(String application, String marker, String document, String source) {
    return new Row(application, pattern(marker), document, Comparison.EQUAL, Meaning.OPEN, source);
  }

  private static Row saving(String application, String marker, String document, String source) {
    return new Row(
        application, pattern(marker), document, Comparison.EQUAL, Meaning.SAVING, source);
  }

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  }

  /// Whether a marker exists for as long as its document is open.
  static boolean meansOpen(String name) {
    return ROWS.stream().anyMatch(row -> row.meaning == Meaning.OPEN && row.matches(name));
  }
}
