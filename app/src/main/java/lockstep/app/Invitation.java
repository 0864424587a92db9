package lockstep.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// Shows an invitation: the QR beside the answer, the code as the answer's last line.
final class Invitation {
  private Invitation() {}

  /// @param picture the QR goes there too, as [#check] has allowed
  static void show(Terminal terminal, String code, Optional<Path> picture) throws Failure {
    try {
      QrCode qr = QrCode.of(code);
      terminal.draw(qr.forTerminal());
      if (picture.isPresent()) draw(qr, picture.get());
    } catch (IOException e) {
      throw Failure.of("cannot draw the QR code", e);
    }
    terminal.answer(code);
  }

  private static void draw(QrCode qr, Path picture) throws IOException {
    if (kind(picture).equals("svg")) Files.writeString(picture, qr.svg());
    else Files.write(picture, qr.png());
  }

  /// Before the invitation is made, so that none is made for nothing.
  static void check(Path picture) throws Failure {
    if (!kind(picture).equals("png") && !kind(picture).equals("svg")) {
      throw Failure.usage(
          "cannot draw the QR as '%s': its name must end in .png or .svg"
              .formatted(Terminal.safe(picture.toString())),
          "lockstep invite --help");
    }
  }

  private static String kind(Path picture) {
    String name = String.valueOf(picture.getFileName());
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
