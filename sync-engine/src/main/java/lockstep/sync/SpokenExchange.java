package lockstep.sync;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import lockstep.base.Blake3;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.agreement.jpake.JPAKEParticipant;
import org.bouncycastle.crypto.agreement.jpake.JPAKEPrimeOrderGroups;
import org.bouncycastle.crypto.digests.SHA256Digest;

/// One run of J-PAKE (RFC 8235, the group of 3072 bits) over a [SpokenCode], by which an invitation
/// travels. Without I/O: each side takes the other's last message and makes its own next.
///
/// ```text
/// joiner  first  →  inviter  offer  →  joiner  proof  →  inviter  sealed  →  joiner
/// ```
///
/// Whoever does not know the code learns nothing from a run but whether his one guess was right.
/// The joiner proves that he knows it before the inviter tells anything that depends on it. Both
/// peer ids are in the proofs of knowledge and in the key, and so is every message: a run that
/// somebody has relayed, swapped or replayed ends in no key. Not thread-safe.
abstract sealed class SpokenExchange {
  private static final byte[] NONCE = new byte[12]; // each key seals one message

  /// What went over the wire so far, hashed message by message.
  private final Blake3.Hasher transcript;

  private final JPAKEParticipant participant;
  private final String other;
  private int step;

  /// @param self whose side this is, with its part in it; `other` likewise
  private SpokenExchange(
      SpokenCode code, String self, String other, Blake3.Hasher transcript, Entropy entropy) {
    this.other = other;
    this.transcript = transcript;
    this.participant =
        new JPAKEParticipant(
            self,
            code.secret().toCharArray(),
            JPAKEPrimeOrderGroups.NIST_3072,
            SHA256Digest.newInstance(),
            new Drawn(entropy));
  }

  private static String joining(PeerId peer) {
    return "lockstep spoken joiner " + peer;
  }

  private static String inviting(PeerId peer) {
    return "lockstep spoken inviter " + peer;
  }

  private static Blake3.Hasher transcript(SpokenCode code, PeerId joiner, PeerId inviter) {
    return Blake3.Hasher.derived("lockstep 2026-11 spoken transcript")
        .update(new byte[] {(byte) code.number()})
        .update(joiner.key().bytes())
        .update(inviter.key().bytes());
  }

  /// Each step is taken once, in order.
  private void at(int expected) {
    if (step++ != expected) throw new IllegalStateException("step " + expected + " is over");
  }

  private byte[] said(byte[] message) {
    transcript.update(Blake3.of(message).bytes());
    return message;
  }

  /// What both sides derive from the key they agreed on; different things if they disagree.
  private Secrets secrets() {
    BigInteger material = participant.calculateKeyingMaterial();
    byte[] number = material.toByteArray(); // the same on both sides if it is the same number
    return new Secrets(
        Blake3.derived("lockstep 2026-11 spoken key", transcript.digest().bytes(), number).bytes());
  }

  private record Secrets(Blake3 joiners, Blake3 inviters, Blake3 sealing) {
    Secrets(byte[] key) {
      this(
          Blake3.derived("lockstep 2026-11 spoken confirmation of the joiner", key),
          Blake3.derived("lockstep 2026-11 spoken confirmation of the inviter", key),
          Blake3.derived("lockstep 2026-11 spoken sealing", key));
    }

    byte[] crypt(int mode, byte[] bytes) throws GeneralSecurityException {
      var cipher = Cipher.getInstance("ChaCha20-Poly1305");
      var key = new SecretKeySpec(sealing.bytes(), "ChaCha20");
      cipher.init(mode, key, new IvParameterSpec(NONCE));
      return cipher.doFinal(bytes);
    }
  }

  private static boolean same(Blake3 one, Blake3 other) {
    return MessageDigest.isEqual(one.bytes(), other.bytes());
  }

  private static PeerViolationException broken(Exception e) {
    return new PeerViolationException("the exchange of a short code is broken: " + e.getMessage());
  }

  /// Whoever was told the code.
  static final class Joiner extends SpokenExchange {
    private Optional<Secrets> secrets = Optional.empty();

    Joiner(SpokenCode code, PeerId self, PeerId inviter, Entropy entropy) {
      super(code, joining(self), inviting(inviter), transcript(code, self, inviter), entropy);
    }

    byte[] first() {
      super.at(0);
      return super.said(
          SpokenMessages.first(super.participant.createRound1PayloadToSend()).toBytes());
    }

    /// Takes the inviter's offer.
    ///
    /// @throws PeerViolationException if it is none
    byte[] proof(byte[] offer) throws PeerViolationException {
      super.at(1);
      JPAKEParticipant own = super.participant;
      SpokenMessages.Offer read = SpokenMessages.readOffer(super.other, offer);
      super.said(offer);
      try {
        own.validateRound1PayloadReceived(read.first());
        var second = SpokenMessages.second(own.createRound2PayloadToSend());
        own.validateRound2PayloadReceived(read.second());
        super.said(second.toBytes());
        Secrets agreed = super.secrets();
        secrets = Optional.of(agreed);
        return SpokenMessages.proof(second, agreed.joiners());
      } catch (CryptoException | IllegalArgumentException e) {
        throw broken(e);
      }
    }

    /// Takes what the inviter has sealed.
    ///
    /// @return empty if the inviter's code is another
    Optional<byte[]> open(byte[] sealed) throws PeerViolationException {
      super.at(2);
      Secrets agreed = secrets.orElseThrow();
      return SpokenMessages.readSealed(
          sealed,
          (confirmation, encrypted) -> {
            if (!same(confirmation, agreed.inviters())) return Optional.empty();
            try {
              return Optional.of(agreed.crypt(Cipher.DECRYPT_MODE, encrypted));
            } catch (GeneralSecurityException e) {
              throw broken(e);
            }
          });
    }
  }

  /// Whoever made the code.
  static final class Inviter extends SpokenExchange {
    Inviter(SpokenCode code, PeerId self, PeerId joiner, Entropy entropy) {
      super(code, inviting(self), joining(joiner), transcript(code, joiner, self), entropy);
    }

    /// Takes the joiner's first message. From here on the code has been tried.
    byte[] offer(byte[] first) throws PeerViolationException {
      super.at(0);
      JPAKEParticipant own = super.participant;
      var read = SpokenMessages.readFirst(super.other, ProtoReader.of(first));
      super.said(first);
      try {
        var ours = own.createRound1PayloadToSend();
        own.validateRound1PayloadReceived(read);
        return super.said(SpokenMessages.offer(ours, own.createRound2PayloadToSend()));
      } catch (CryptoException | IllegalArgumentException e) {
        throw broken(e);
      }
    }

    /// Takes the joiner's proof.
    ///
    /// @param invitation told to nobody who has not proven to know the code
    /// @return empty if he does not
    Optional<byte[]> sealed(byte[] proof, byte[] invitation) throws PeerViolationException {
      super.at(1);
      SpokenMessages.Proof read = SpokenMessages.readProof(super.other, proof);
      try {
        super.participant.validateRound2PayloadReceived(read.second());
        super.said(SpokenMessages.second(read.second()).toBytes());
        Secrets agreed = super.secrets();
        if (!same(read.confirmation(), agreed.joiners())) return Optional.empty();
        byte[] encrypted = agreed.crypt(Cipher.ENCRYPT_MODE, invitation);
        return Optional.of(SpokenMessages.sealed(agreed.inviters(), encrypted));
      } catch (CryptoException | IllegalArgumentException e) {
        throw broken(e);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has ChaCha20-Poly1305", e);
      }
    }
  }

  /// Bouncy Castle asks for the JDK's kind of randomness; it comes from our port all the same.
  private static final class Drawn extends SecureRandom {
    private final transient Entropy entropy;

    Drawn(Entropy entropy) {
      super(null, null);
      this.entropy = entropy;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(entropy.bytes(bytes.length), 0, bytes, 0, bytes.length);
    }
  }
}
