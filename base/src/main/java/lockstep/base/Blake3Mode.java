package lockstep.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// What BLAKE3 is used as: plain hash, keyed hash or key derivation. A value: the array is not
/// written after construction.
///
/// @param key the eight words that every leaf and parent starts from
/// @param flags set in every compression
@SuppressWarnings("ArrayRecordComponent")
record Blake3Mode(int[] key, int flags) {
  static final int[] IV = {
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19
  };

  static final Blake3Mode HASH = new Blake3Mode(IV, 0);

  /// @param key 32 bytes
  static Blake3Mode keyed(byte[] key) {
    return new Blake3Mode(words(key), Blake3Kernel.KEYED_HASH);
  }

  /// Outputs under different contexts have nothing to do with each other.
  static Blake3Mode derived(String context) {
    byte[] bytes = context.getBytes(UTF_8);
    var contextMode = new Blake3Mode(IV, Blake3Kernel.DERIVE_KEY_CONTEXT);
    byte[] key = Blake3Tree.of(contextMode, bytes.length).root(bytes, 0, bytes.length).bytes();
    return new Blake3Mode(words(key), Blake3Kernel.DERIVE_KEY_MATERIAL);
  }

  private static int[] words(byte[] key) {
    if (key.length != Blake3.LENGTH) {
      throw new IllegalArgumentException("a key has 32 bytes, not " + key.length);
    }
    int[] words = new int[Blake3Kernel.VALUE_WORDS];
    Blake3Scalar.load(key, 0, words, words.length);
    return words;
  }
}
