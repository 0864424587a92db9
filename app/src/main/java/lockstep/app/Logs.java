package lockstep.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// The daemon's log: files in the home that replace one another, so that they never fill a disk.
final class Logs {
  private static final int FILE_BYTES_MAX = 4 << 20;
  private static final int FILES = 4;
  private static final int RECENT_BYTES_MAX = 128 << 10;
  private static final int RECENT_LINES_MAX = 400;

  private Logs() {}

  /// Sends what is logged from now on to the home's log files, and nothing to the terminal.
  static void to(Home home, boolean verbose) throws IOException {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    // in this pattern a percent sign of the path itself must be doubled
    String directory = home.logs().toString().replace("%", "%%");
    var files = new FileHandler(directory + "/lockstep-%g.log", FILE_BYTES_MAX, FILES, true);
    files.setFormatter(new OneLine());
    files.setLevel(Level.ALL);
    root.addHandler(files);
    Logger.getLogger("lockstep").setLevel(verbose ? Level.FINE : Level.INFO);
  }

  /// The end of the log, the newest line last; empty if there is none.
  static List<String> recent(Home home) throws IOException {
    Path file = home.logs().resolve("lockstep-0.log");
    try (FileChannel in = FileChannel.open(file)) {
      long start = Math.max(0, in.size() - RECENT_BYTES_MAX);
      var end = ByteBuffer.allocate((int) (in.size() - start));
      while (end.hasRemaining() && in.read(end, start + end.position()) >= 0) {}
      List<String> lines = new String(end.array(), 0, end.position(), UTF_8).lines().toList();
      int first = Math.max(start == 0 ? 0 : 1, lines.size() - RECENT_LINES_MAX); // not half a line
      return lines.subList(Math.min(first, lines.size()), lines.size());
    } catch (NoSuchFileException none) {
      return List.of();
    }
  }

  /// Where a failure came from, for developers.
  static String trace(Throwable thrown) {
    var text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  /// Time, level, where, what; a trace below it. Control characters are written out, so that no
  /// file name can forge a line.
  private static final class OneLine extends Formatter {
    @Override
    public String format(LogRecord event) {
      String line =
          event.getInstant().truncatedTo(ChronoUnit.MILLIS)
              + " "
              + event.getLevel()
              + " "
              + event.getLoggerName()
              + ": "
              + Terminal.safe(formatMessage(event))
              + "\n";
      return event.getThrown() == null ? line : line + trace(event.getThrown());
    }
  }
}
