package lockstep.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What [Doctor] reads of the computer, each under a second, and the one thing that [Remedies]
/// changes of it.
interface Surroundings {
  /// Free and total bytes, and the type (`ext4`, `nfs`), of the file system that holds a path.
  record Store(String type, long free, long total) {}

  Store store(Path path) throws IOException;

  /// A limit that Linux shows as a number in a file.
  OptionalLong limit(String file);

  /// The permissions of a file as `rw-------`, where the platform has them and the file exists.
  Optional<String> permissions(Path file) throws IOException;

  /// Leaves a file to its owner alone.
  void makePrivate(Path file) throws IOException;

  /// Whether something listens there.
  boolean answers(String host, int port);

  /// The network interfaces that take part in multicast DNS, with the reason where one refuses.
  List<Multicast> multicast() throws IOException;

  /// One interface.
  record Multicast(String name, Optional<String> refusal) {}

  /// This computer.
  final class OfThisComputer implements Surroundings {
    private static final int DIAL_MILLIS_MAX = 500;

    @Override
    public Store store(Path path) throws IOException {
      FileStore store = Files.getFileStore(path);
      return new Store(store.type(), store.getUsableSpace(), store.getTotalSpace());
    }

    @Override
    public OptionalLong limit(String file) {
      // In one read: what Linux shows there ends after the first, however few bytes that took.
      try (BufferedReader in = Files.newBufferedReader(Path.of(file))) {
        return OptionalLong.of(Long.parseLong(String.valueOf(in.readLine()).strip()));
      } catch (IOException | NumberFormatException notLinux) {
        return OptionalLong.empty();
      }
    }

    @Override
    public Optional<String> permissions(Path file) throws IOException {
      try {
        return Optional.of(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      } catch (NoSuchFileException | UnsupportedOperationException none) {
        return Optional.empty();
      }
    }

    @Override
    public void makePrivate(Path file) throws IOException {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Override
    public boolean answers(String host, int port) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(host, port), DIAL_MILLIS_MAX);
        return true;
      } catch (IOException refused) {
        return false;
      }
    }

    @Override
    public List<Multicast> multicast() throws IOException {
      var found = new ArrayList<Multicast>();
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        if (isCandidate(each)) found.add(new Multicast(each.getDisplayName(), refusal(each)));
      }
      return found;
    }

    private static boolean isCandidate(NetworkInterface each) throws SocketException {
      return each.isUp()
          && !each.isLoopback()
          && each.inetAddresses().anyMatch(InetAddress::isSiteLocalAddress);
    }

    private static Optional<String> refusal(NetworkInterface each) throws SocketException {
      if (!each.supportsMulticast()) return Optional.of("it does not do multicast");
      try (var socket = new MulticastSocket(null)) {
        socket.bind(new InetSocketAddress(0));
        socket.joinGroup(new InetSocketAddress("224.0.0.251", 5353), each);
        return Optional.empty();
      } catch (IOException e) {
        return Optional.of(Failure.reason(e));
      }
    }
  }
}
