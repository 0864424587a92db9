package lockstep.p2p;

import java.security.GeneralSecurityException;

/// ChaCha20-Poly1305 under one key, in place on heap arrays. Not thread-safe.
interface Aead {
  /// Encrypts `length` bytes where they lie and puts the tag behind them.
  ///
  /// @param nonce 12 bytes, never the same twice; not kept
  /// @param data associated data
  void seal(byte[] nonce, byte[] data, byte[] bytes, int offset, int length)
      throws GeneralSecurityException;

  /// Decrypts `length` bytes, behind which the tag stands.
  ///
  /// @throws javax.crypto.AEADBadTagException if anything was altered; nothing decrypted is left
  ///   then: the bytes are as they were, or zeros
  void open(byte[] nonce, byte[] data, byte[] bytes, int offset, int length)
      throws GeneralSecurityException;
}
