package lockstep.ledger;

import java.util.Arrays;
import lockstep.base.Blake3;
import lockstep.base.PrivateKey;
import lockstep.base.PublicKey;

/// A device's proof that it holds the one-time key of an invitation. It is part of the grant, so
/// that a member who only reads the ledger cannot spend an invitation on a device of his own.
public final class Admission {
  private static final byte[] DOMAIN = Domain.of("lockstep/admission/1");

  private final PublicKey invite;
  private final byte[] proof;

  private Admission(PublicKey invite, byte[] proof) {
    this.invite = invite;
    this.proof = proof;
  }

  /// Signs, with the invitation's key, that `device` may enter `folder`.
  public static Admission prove(PrivateKey invitation, Blake3 folder, PublicKey device) {
    return new Admission(invitation.publicKey(), invitation.sign(message(folder, device)));
  }

  /// Wraps what a joining device sent; nothing is checked yet.
  ///
  /// @throws IllegalArgumentException if the proof has not 64 bytes
  public static Admission of(PublicKey invite, byte[] proof) {
    if (proof.length != PublicKey.SIGNATURE_LENGTH) {
      throw new IllegalArgumentException("a proof has 64 bytes, not " + proof.length);
    }
    return new Admission(invite, proof.clone());
  }

  /// Whether the holder of the invitation's key made this for `device` and `folder`.
  public boolean holds(Blake3 folder, PublicKey device) {
    return invite.verifies(message(folder, device), proof);
  }

  private static byte[] message(Blake3 folder, PublicKey device) {
    return Domain.join(DOMAIN, folder.bytes(), device.bytes());
  }

  /// The invitation's key.
  public PublicKey invite() {
    return invite;
  }

  /// A fresh copy of the 64 bytes.
  public byte[] proof() {
    return proof.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Admission that
        && invite.equals(that.invite)
        && Arrays.equals(proof, that.proof);
  }

  @Override
  public int hashCode() {
    return invite.hashCode() ^ Arrays.hashCode(proof);
  }

  @Override
  public String toString() {
    return "Admission[by " + invite + "]";
  }
}
