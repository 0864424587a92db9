package lockstep.ledger;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Domain separation: bytes signed or hashed for one purpose can never pass for another's.
final class Domain {
  private Domain() {}

  /// A prefix that no other purpose begins with: NUL-terminated text.
  static byte[] of(String purpose) {
    return (purpose + '\0').getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] join(byte[]... parts) {
    var joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
