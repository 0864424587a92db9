package lockstep.p2p;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lockstep.base.PeerId;

/// A connection of the host: the muxer, and what the peer says of itself.
final class HostConnection implements PeerConnection {
  private final PeerId peer;
  private final Multiaddr address;
  private final boolean outbound;
  private final Muxer muxer;
  private final CountDownLatch identified = new CountDownLatch(1);
  private volatile IdentifyMessage identity = IdentifyMessage.NOTHING;

  /// Makes the muxer of a connection, which calls back to it.
  @FunctionalInterface
  interface MuxerFactory {
    Muxer create(HostConnection connection);
  }

  HostConnection(PeerId peer, Multiaddr address, boolean outbound, MuxerFactory factory) {
    this.peer = peer;
    this.address = address;
    this.outbound = outbound;
    this.muxer = factory.create(this);
  }

  @Override
  public PeerId peer() {
    return peer;
  }

  @Override
  public Multiaddr address() {
    return address;
  }

  @Override
  public boolean outbound() {
    return outbound;
  }

  @Override
  public boolean isOpen() {
    return muxer.isOpen();
  }

  /// Whether it goes through a relay.
  boolean isRelayed() {
    return address.isRelayed();
  }

  Muxer muxer() {
    return muxer;
  }

  IdentifyMessage identity() {
    return identity;
  }

  void identity(IdentifyMessage newIdentity) {
    identity = newIdentity;
  }

  boolean speaks(String protocol) {
    return identity.protocols().contains(protocol);
  }

  /// Identify has been answered or has failed.
  void identifyDone() {
    identified.countDown();
  }

  void awaitIdentified(Duration timeout) throws IOException {
    try {
      // Whether it was in time does not matter: the connection serves without.
      var _ = identified.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw Muxer.interrupted();
    }
  }
}
