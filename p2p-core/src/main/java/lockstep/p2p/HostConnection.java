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
  private final Origin origin;
  private final Muxer muxer;
  private final CountDownLatch identified = new CountDownLatch(1);
  private volatile IdentifyMessage identity = IdentifyMessage.NOTHING;

  /// A better connection to the peer has come since.
  private volatile boolean superseded;

  /// How a connection came about.
  ///
  /// @param outbound whether this side spoke first
  /// @param throughListeningPort whether it runs from or to the port that this device listens on
  /// @param punched whether it may be here only because this device dialled at the same time
  record Origin(boolean outbound, boolean throughListeningPort, boolean punched) {}

  /// Makes the muxer of a connection, which calls back to it.
  @FunctionalInterface
  interface MuxerFactory {
    Muxer create(HostConnection connection);
  }

  HostConnection(PeerId peer, Multiaddr address, Origin origin, MuxerFactory factory) {
    this.peer = peer;
    this.address = address;
    this.origin = origin;
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
    return origin.outbound();
  }

  @Override
  public boolean isOpen() {
    return muxer.isOpen();
  }

  /// Whether it goes through a relay.
  boolean isRelayed() {
    return address.isRelayed();
  }

  boolean throughListeningPort() {
    return origin.throughListeningPort();
  }

  boolean isPunched() {
    return origin.punched();
  }

  /// Marks it as one that others are better than.
  ///
  /// @return false if it was before
  synchronized boolean supersede() {
    boolean first = !superseded;
    superseded = true;
    return first;
  }

  /// It is the best there is again.
  synchronized void reinstate() {
    superseded = false;
  }

  boolean isSuperseded() {
    return superseded;
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

  /// Whether the peer speaks the protocol, or has not said yet what it speaks.
  boolean maySpeak(String protocol) {
    return identified.getCount() > 0 || speaks(protocol);
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
