package lockstep.app;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/// A small HTTP/1.1 and WebSocket server for this computer alone: it listens on the loopback
/// address, serves one request a connection and runs each on a virtual thread of its own.
/// docs/decisions/0006-control-api.md says why it is not a library.
final class LocalServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LocalServer.class.getName());
  private static final int CONNECTIONS_MAX = 256;
  private static final Duration REQUEST_TIME_MAX = Duration.ofSeconds(10);

  private final ServerSocket listening;
  private final Handler handler;
  private final Semaphore free = new Semaphore(CONNECTIONS_MAX);
  private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();

  /// Answers requests; called from many threads at once.
  interface Handler {
    HttpResponse answer(HttpRequest request);
  }

  private LocalServer(ServerSocket listening, Handler handler) {
    this.listening = listening;
    this.handler = handler;
  }

  /// Listens from now on.
  ///
  /// @param port 0 for any free one
  /// @throws IOException if the port is taken
  static LocalServer open(int port, Handler handler) throws IOException {
    var listening = new ServerSocket();
    try {
      listening.setReuseAddress(true);
      listening.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
    } catch (IOException taken) {
      listening.close();
      throw taken;
    }
    var server = new LocalServer(listening, handler);
    Thread.ofVirtual().name("control-api").start(server::accept);
    return server;
  }

  int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        take(listening.accept());
      } catch (SocketException closed) {
        LOG.log(Level.DEBUG, "no longer listening", closed);
      } catch (IOException e) {
        LOG.log(Level.WARNING, "cannot accept a connection", e);
      }
    }
  }

  private void take(Socket socket) throws IOException {
    if (!free.tryAcquire()) {
      socket.close();
      return;
    }
    try {
      connections.execute(() -> serve(socket));
    } catch (RejectedExecutionException closing) {
      socket.close(); // or its client would wait for ever
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) REQUEST_TIME_MAX.toMillis());
      converse(
          socket,
          new BufferedInputStream(socket.getInputStream()),
          new BufferedOutputStream(socket.getOutputStream()));
    } catch (IOException gone) {
      LOG.log(Level.DEBUG, "a client went away", gone);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } finally {
      free.release();
    }
  }

  private void converse(Socket socket, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    Optional<HttpRequest> request = read(in);
    HttpResponse response =
        request.isPresent()
            ? handler.answer(request.get())
            : HttpResponse.refusal(
                400, Failure.usage("the request is malformed or too large", "docs/api.md"));
    switch (response) {
      case HttpResponse.Text(int status, String body) -> sendText(out, status, body);
      case HttpResponse.Streamed(HttpResponse.Writer writer) -> sendStream(out, writer);
      case HttpResponse.Upgrade(HttpResponse.Conversation conversation) -> {
        socket.setSoTimeout(0);
        conversation.hold(WebSocket.accept(request.orElseThrow(), in, out));
      }
    }
  }

  private static Optional<HttpRequest> read(InputStream in) {
    try {
      return Optional.of(HttpRequest.read(in));
    } catch (IOException | IllegalArgumentException malformed) {
      LOG.log(Level.DEBUG, "malformed request", malformed);
      return Optional.empty();
    }
  }

  private static void sendText(OutputStream out, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    out.write(
        HttpResponse.head(
            status,
            "Content-Type: application/json\r\nCache-Control: no-store\r\nConnection: close\r\n"
                + "Content-Length: "
                + bytes.length
                + "\r\n"));
    out.write(bytes);
    out.flush();
  }

  /// Chunked transfer coding, whose end mark is only written when the body is whole.
  private static void sendStream(OutputStream out, HttpResponse.Writer writer) throws IOException {
    out.write(
        HttpResponse.head(
            200,
            "Content-Type: application/octet-stream\r\nCache-Control: no-store\r\n"
                + "Connection: close\r\nTransfer-Encoding: chunked\r\n"));
    var chunks = new BufferedOutputStream(new Chunked(out), 32 << 10);
    writer.writeTo(chunks);
    chunks.flush();
    out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static final class Chunked extends OutputStream {
    private final OutputStream out;

    Chunked(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) return;
      out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(bytes, offset, length);
      out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  /// Stops listening and ends the open connections.
  @Override
  public void close() throws IOException {
    listening.close();
    connections.shutdownNow();
  }
}
