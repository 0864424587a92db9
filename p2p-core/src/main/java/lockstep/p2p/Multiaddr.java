package lockstep.p2p;

/// A self-describing network address (multiaddr specification).
public record Multiaddr(String text) {}
