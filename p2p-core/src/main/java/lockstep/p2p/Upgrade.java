package lockstep.p2p;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;

/// From a raw wire to an encrypted channel with an agreed muxer: multistream-select for `/noise`,
/// the XX handshake, yamux by early negotiation or else by a second multistream-select. Blocks; the
/// caller sets the deadline and closes the wire if this fails.
final class Upgrade {
  private static final List<String> MUXERS = List.of(Yamux.PROTOCOL);

  private final PrivateKey identity;
  private final Entropy entropy;
  private final Limits limits;
  private final PeerId self;

  Upgrade(PrivateKey identity, Entropy entropy, Limits limits) {
    this.identity = identity;
    this.entropy = entropy;
    this.limits = limits;
    this.self = new PeerId(identity.publicKey());
  }

  /// This side dialled, and wants to reach `expected`.
  ///
  /// Should the other side have dialled at the same moment, so that TCP made one connection of
  /// both, each speaks first: then the one with the higher id takes the other part.
  SecureChannel dialled(Wire wire, PeerId expected) throws IOException {
    var in = new SocketInput(wire);
    byte[] staticKey = entropy.bytes(Noise.KEY_LENGTH);
    var noise = new NoiseHandshake(true, staticKey, entropy.bytes(Noise.KEY_LENGTH));
    var opening = new ByteArrayOutputStream();
    opening.writeBytes(Multistream.proposal(Noise.PROTOCOL));
    opening.writeBytes(framed(noise.write(new byte[0])));
    Sockets.writeFully(wire, opening.toByteArray());
    Multistream.confirm(in, Noise.PROTOCOL);
    byte[] answer = readMessage(in);
    if (isFirstMessage(answer)) {
      if (self.compareTo(expected) > 0) return answered(wire, in, answer, Optional.of(expected));
      answer = readMessage(in);
    }
    var remote = NoiseIdentity.verify(noise.read(answer), noise.remoteStatic());
    checkPeer(remote.peer(), Optional.of(expected));
    Sockets.writeFully(wire, framed(noise.write(proof(staticKey))));
    var channel = new SecureChannel(wire, in, noise.split(), remote.peer(), true);
    if (!muxerAgreed(remote)) {
      channel.send(Multistream.proposal(Yamux.PROTOCOL));
      Multistream.confirm(channel.plainInput(), Yamux.PROTOCOL);
    }
    return channel;
  }

  /// Of an initiator: its ephemeral key and nothing else. Answers are longer.
  private static boolean isFirstMessage(byte[] message) {
    return message.length == Noise.KEY_LENGTH;
  }

  /// The other side dialled.
  SecureChannel accepted(Wire wire) throws IOException {
    return accepted(wire, Optional.empty());
  }

  /// The other side speaks first, and should be `expected`.
  SecureChannel accepted(Wire wire, PeerId expected) throws IOException {
    return accepted(wire, Optional.of(expected));
  }

  private SecureChannel accepted(Wire wire, Optional<PeerId> expected) throws IOException {
    var in = new SocketInput(wire);
    Multistream.respond(in, Sockets.output(wire), Noise.PROTOCOL::equals);
    return answered(wire, in, readMessage(in), expected);
  }

  private SecureChannel answered(
      Wire wire, SocketInput in, byte[] question, Optional<PeerId> expected) throws IOException {
    byte[] staticKey = entropy.bytes(Noise.KEY_LENGTH);
    var noise = new NoiseHandshake(false, staticKey, entropy.bytes(Noise.KEY_LENGTH));
    noise.read(question);
    Sockets.writeFully(wire, framed(noise.write(proof(staticKey))));
    var remote = NoiseIdentity.verify(noise.read(readMessage(in)), noise.remoteStatic());
    checkPeer(remote.peer(), expected);
    var channel = new SecureChannel(wire, in, noise.split(), remote.peer(), false);
    if (!muxerAgreed(remote)) {
      var out =
          new ByteArrayOutputStream() {
            @Override
            public void flush() throws IOException {
              channel.send(toByteArray());
              reset();
            }
          };
      Multistream.respond(channel.plainInput(), out, Yamux.PROTOCOL::equals);
    }
    return channel;
  }

  private void checkPeer(PeerId proven, Optional<PeerId> expected) throws PeerViolationException {
    if (proven.key().equals(identity.publicKey())) {
      throw new PeerViolationException("this is a connection to ourselves");
    }
    if (expected.isPresent() && !expected.get().equals(proven)) {
      throw new PeerViolationException(
          "the peer is %s, not %s as asked for".formatted(proven, expected.get()));
    }
  }

  private byte[] proof(byte[] staticKey) {
    return NoiseIdentity.prove(identity, NoiseHandshake.publicKey(staticKey), MUXERS);
  }

  /// Whether early negotiation chose a muxer. A peer that names some, but not ours, is refused.
  private static boolean muxerAgreed(NoiseIdentity remote) throws PeerViolationException {
    if (remote.muxers().isEmpty()) return false;
    if (remote.muxers().contains(Yamux.PROTOCOL)) return true;
    throw new PeerViolationException("the peer does not speak " + Yamux.PROTOCOL);
  }

  private byte[] readMessage(SocketInput in) throws IOException {
    byte[] head = in.readNBytes(2);
    if (head.length < 2) throw new EOFException("the peer closed the connection in the handshake");
    int length = (head[0] & 0xff) << 8 | head[1] & 0xff;
    if (length > limits.handshakeMessageBytes()) {
      throw new PeerViolationException("a handshake message of %d bytes".formatted(length));
    }
    byte[] message = in.readNBytes(length);
    if (message.length < length) {
      throw new EOFException("the peer closed the connection in the handshake");
    }
    return message;
  }

  /// The handshake of two devices that live no longer than it takes.
  static void rehearse(Entropy entropy) throws PeerViolationException {
    byte[] staticKey = entropy.bytes(Noise.KEY_LENGTH);
    byte[] proof =
        new Upgrade(PrivateKey.generate(entropy), entropy, Limits.DEFAULT).proof(staticKey);
    var dialling = new NoiseHandshake(true, staticKey, entropy.bytes(Noise.KEY_LENGTH));
    var answering = new NoiseHandshake(false, staticKey, entropy.bytes(Noise.KEY_LENGTH));
    answering.read(dialling.write(new byte[0]));
    NoiseIdentity.verify(dialling.read(answering.write(proof)), dialling.remoteStatic());
    NoiseIdentity.verify(answering.read(dialling.write(proof)), answering.remoteStatic());
    dialling.split();
    answering.split();
  }

  private static byte[] framed(byte[] message) {
    byte[] out = Arrays.copyOf(new byte[0], message.length + 2);
    out[0] = (byte) (message.length >>> 8);
    out[1] = (byte) message.length;
    System.arraycopy(message, 0, out, 2, message.length);
    return out;
  }
}
