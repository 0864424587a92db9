package lockstep.p2p.gossip;

import java.util.Arrays;
import java.util.HexFormat;

/// What a message is known by: its author's peer id and its number, as they stand in it. In what
/// peers say of messages it may be any bytes. Comparable, so that no choice of ids makes a hash map
/// slow.
final class MessageId implements Comparable<MessageId> {
  private final byte[] bytes;
  private final int hash;

  private MessageId(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /// An alleged id; the bytes are kept, not copied.
  static MessageId of(byte[] bytes) {
    return new MessageId(bytes);
  }

  static MessageId of(byte[] author, byte[] sequence) {
    byte[] bytes = Arrays.copyOf(author, author.length + sequence.length);
    System.arraycopy(sequence, 0, bytes, author.length, sequence.length);
    return new MessageId(bytes);
  }

  /// Not a copy.
  byte[] bytes() {
    return bytes;
  }

  @Override
  public int compareTo(MessageId that) {
    return Arrays.compare(bytes, that.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MessageId that && hash == that.hash && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
