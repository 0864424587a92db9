package lockstep.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Shows an invitation: the QR beside the answer, the code as the answer's last line.
final class Invitation {
  private Invitation() {}

  static void show(Terminal terminal, String code, Optional<Path> picture) throws Failure {
    try {
      QrCode qr = QrCode.of(code);
      terminal.draw(qr.forTerminal());
      if (picture.isPresent()) Files.write(picture.get(), qr.png());
    } catch (IOException e) {
      throw Failure.of("cannot draw the QR code", e);
    }
    terminal.answer(code);
  }
}
