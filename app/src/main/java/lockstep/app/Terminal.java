package lockstep.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.Optional;

/// Where a command talks to: answers go to standard output, everything else to standard error.
///
/// File names, device names and whatever else comes from outside pass through [#safe], so that no
/// name can move the cursor, change colours or hide text.
public final class Terminal {
  private final PrintStream out;
  private final PrintStream err;
  private final boolean interactive;
  private final boolean coloured;

  Terminal(PrintStream out, PrintStream err, boolean interactive, boolean coloured) {
    this.out = out;
    this.err = err;
    this.interactive = interactive;
    this.coloured = coloured;
  }

  /// This process's own. The launcher says (in `lockstep.tty`) whether standard error is a
  /// terminal, which Java cannot ask; `NO_COLOR` is respected.
  static Terminal ofProcess(Map<String, String> environment) {
    boolean interactive =
        Boolean.getBoolean("lockstep.tty") && !"dumb".equals(environment.get("TERM"));
    boolean coloured = interactive && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(System.out, System.err, interactive, coloured);
  }

  /// Whether a person watches standard error and lines on it may be redrawn.
  boolean isInteractive() {
    return interactive;
  }

  /// One line of the answer.
  void answer(String line) {
    out.println(line);
    out.flush();
  }

  /// Raw bytes of the answer.
  PrintStream answerStream() {
    return out;
  }

  /// Asks whoever watches, if anybody does.
  Optional<String> ask(String question) {
    if (!interactive) return Optional.empty();
    draw(question);
    try {
      var in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
      return Optional.ofNullable(in.readLine());
    } catch (IOException closed) {
      return Optional.empty();
    }
  }

  /// One line beside the answer.
  void note(String line) {
    err.println(line);
  }

  /// Text beside the answer, with no line end of its own.
  void draw(String text) {
    err.print(text);
    err.flush();
  }

  /// Tells a failure: what, why, what to do.
  void tell(Failure failure) {
    note(paint("1;31", "error") + ": " + safe(failure.what()));
    failure.why().ifPresent(why -> note("  " + paint("1", "why") + ": " + safe(why)));
    tellAdvice(failure.advice());
  }

  private void tellAdvice(Optional<String> advice) {
    advice.ifPresent(text -> note("  " + paint("1;32", "try") + ": " + safe(text)));
  }

  /// Wraps text in a colour (an SGR code) where colours are wanted.
  String paint(String code, String text) {
    return coloured ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  /// The text with every character that could drive a terminal, or that reorders what stands around
  /// it, written out as an escape of Java or Rust.
  public static String safe(String text) {
    if (text.codePoints().noneMatch(Terminal::isUnsafe)) return text;
    var escaped = new StringBuilder(text.length() + 8);
    text.codePoints().forEach(c -> escape(c, escaped));
    return escaped.toString();
  }

  private static void escape(int c, StringBuilder out) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (isUnsafe(c)) {
          out.append("\\u{").append(Integer.toHexString(c)).append('}');
        } else {
          out.appendCodePoint(c);
        }
      }
    }
  }

  private static boolean isUnsafe(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      // U+200D joins emoji, everything else of this kind is invisible or turns text around
      case Character.FORMAT -> c != 0x200D;
      default -> false;
    };
  }
}
