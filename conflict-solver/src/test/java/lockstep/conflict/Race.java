package lockstep.conflict;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.PublicKey;
import lockstep.base.Version;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;

/// Versions of one path by writers who know what the test says they know.
final class Race {
  private final List<Version> all = new ArrayList<>();

  List<Version> all() {
    return all;
  }

  /// `writer` publishes `node` knowing exactly `known` (and its own past).
  Version publish(int writer, long clock, Node node, Version... known) {
    VersionVector base = VersionVector.EMPTY;
    for (Version version : known) {
      base = base.merge(version.history());
    }
    byte[] key = new byte[PublicKey.LENGTH];
    key[0] = (byte) writer;
    var id = new WriterId(PublicKey.of(key), 0);
    long sequence = 1 + all.stream().filter(version -> version.writer().equals(id)).count();
    var hash = Blake3.of((writer + "/" + sequence).getBytes());
    var history = base.with(id, sequence);
    var version = new Version(id, sequence, clock, hash, Instant.EPOCH, node, history);
    all.add(version);
    return version;
  }

  /// The same, saved under a lock.
  Version publishUnder(long epoch, int writer, long clock, Node node, Version... known) {
    var version = publish(writer, clock, node, known).under(epoch);
    all.set(all.size() - 1, version);
    return version;
  }

  Resolution resolve() {
    return ConflictSolver.resolve(all);
  }

  static Node file(String text) {
    return new Node.File(new Content(text.length(), Blake3.of(text.getBytes())), 0, 0644);
  }

  static Node directory() {
    return new Node.Directory(0755);
  }
}
