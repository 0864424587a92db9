package lockstep.p2p;

import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;

/// Small things about sockets.
final class Sockets {
  private Sockets() {}

  /// Small messages leave at once; the muxer does its own batching.
  static void tune(SocketChannel socket) throws IOException {
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  /// Lets further sockets of this user be bound to the port of this one, if the system can do that.
  ///
  /// @return whether it can
  static boolean share(NetworkChannel socket) throws IOException {
    if (!socket.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) return false;
    socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    return true;
  }

  static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing of ours can be lost by it: what had to arrive was acknowledged before.
    }
  }

  static void writeFully(WritableByteChannel wire, byte[] bytes) throws IOException {
    writeFully(wire, ByteBuffer.wrap(bytes));
  }

  static void writeFully(WritableByteChannel wire, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      wire.write(bytes);
    }
  }

  static OutputStream output(WritableByteChannel wire) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        writeFully(wire, new byte[] {(byte) b});
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        writeFully(wire, ByteBuffer.wrap(bytes, offset, length));
      }
    };
  }
}
