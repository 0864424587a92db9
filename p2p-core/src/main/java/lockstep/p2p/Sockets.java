package lockstep.p2p;

import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;

/// Small things about sockets.
final class Sockets {
  private Sockets() {}

  /// Small messages leave at once; the muxer does its own batching.
  static void tune(SocketChannel socket) throws IOException {
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing of ours can be lost by it: what had to arrive was acknowledged before.
    }
  }

  static void writeFully(SocketChannel socket, byte[] bytes) throws IOException {
    var buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      socket.write(buffer);
    }
  }

  static OutputStream output(SocketChannel socket) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        writeFully(socket, new byte[] {(byte) b});
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        var buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
          socket.write(buffer);
        }
      }
    };
  }
}
