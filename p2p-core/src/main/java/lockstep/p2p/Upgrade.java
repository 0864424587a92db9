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

  Upgrade(PrivateKey identity, Entropy entropy, Limits limits) {
    this.identity = identity;
    this.entropy = entropy;
    this.limits = limits;
  }

  /// This side dialled, and wants to reach `expected`.
  SecureChannel dialled(Wire wire, PeerId expected) throws IOException {
    var in = new SocketInput(wire);
    byte[] staticKey = entropy.bytes(Noise.KEY_LENGTH);
    var noise = new NoiseHandshake(true, staticKey, entropy.bytes(Noise.KEY_LENGTH));
    var opening = new ByteArrayOutputStream();
    opening.writeBytes(Multistream.proposal(Noise.PROTOCOL));
    opening.writeBytes(framed(noise.write(new byte[0])));
    Sockets.writeFully(wire, opening.toByteArray());
    Multistream.confirm(in, Noise.PROTOCOL);
    var remote = NoiseIdentity.verify(noise.read(readMessage(in)), noise.remoteStatic());
    checkPeer(remote.peer(), Optional.of(expected));
    Sockets.writeFully(wire, framed(noise.write(proof(staticKey))));
    var channel = new SecureChannel(wire, in, noise.split(Ciphers::of), remote.peer());
    if (!muxerAgreed(remote)) {
      channel.send(Multistream.proposal(Yamux.PROTOCOL));
      Multistream.confirm(channel.plainInput(), Yamux.PROTOCOL);
    }
    return channel;
  }

  /// The other side dialled.
  SecureChannel accepted(Wire wire) throws IOException {
    var in = new SocketInput(wire);
    Multistream.respond(in, Sockets.output(wire), Noise.PROTOCOL::equals);
    byte[] staticKey = entropy.bytes(Noise.KEY_LENGTH);
    var noise = new NoiseHandshake(false, staticKey, entropy.bytes(Noise.KEY_LENGTH));
    noise.read(readMessage(in));
    Sockets.writeFully(wire, framed(noise.write(proof(staticKey))));
    var remote = NoiseIdentity.verify(noise.read(readMessage(in)), noise.remoteStatic());
    checkPeer(remote.peer(), Optional.empty());
    var channel = new SecureChannel(wire, in, noise.split(Ciphers::of), remote.peer());
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

  private static byte[] framed(byte[] message) {
    byte[] out = Arrays.copyOf(new byte[0], message.length + 2);
    out[0] = (byte) (message.length >>> 8);
    out[1] = (byte) message.length;
    System.arraycopy(message, 0, out, 2, message.length);
    return out;
  }
}
