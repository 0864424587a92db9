package lockstep.app;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import lockstep.testkit.Fuzz;
import org.junit.jupiter.api.Test;

/// What other programs of this computer, and web pages in its browser, send to the control API; see
/// [Fuzz].
class FuzzTest {
  @Test
  void requests() {
    Fuzz.run(
        "http-request",
        bytes -> HttpRequest.read(new ByteArrayInputStream(bytes)),
        IOException.class);
  }

  @Test
  void json() {
    Fuzz.run("json", Json::parseObject, IOException.class);
  }
}
