package lockstep.app;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// A computer on which all is well, until a test says otherwise.
final class FakeSurroundings implements Surroundings {
  static final long PLENTY = 100L << 30;

  final Map<Path, Store> stores = new HashMap<>();
  OptionalLong limit = OptionalLong.of(1_000_000);
  Optional<String> permissions = Optional.of("rw-------");
  boolean answers = true;
  List<Multicast> multicast = List.of(new Multicast("eth0", Optional.empty()));

  @Override
  public Store store(Path path) {
    return stores.getOrDefault(path, new Store("ext4", PLENTY, 2 * PLENTY));
  }

  @Override
  public OptionalLong limit(String file) {
    return limit;
  }

  @Override
  public Optional<String> permissions(Path file) {
    return permissions;
  }

  @Override
  public void makePrivate(Path file) {
    permissions = Optional.of("rw-------");
  }

  @Override
  public boolean answers(String host, int port) {
    return answers;
  }

  @Override
  public List<Multicast> multicast() {
    return multicast;
  }
}
