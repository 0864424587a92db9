package lockstep.sync;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.p2p.Multiaddr;
import lockstep.recovery.StateFile;

/// Where peers were reached, or said they can be: the file `peers` in the home. Only hints: whoever
/// answers there must prove who it is. A damaged book is begun anew. Thread-safe.
final class AddressBook {
  private static final int BYTES_MAX = 4 << 20;
  private static final int ADDRESSES_MAX = 16;

  private final StateFile file;
  private final Map<PeerId, Set<Multiaddr>> addresses = new LinkedHashMap<>();

  AddressBook(Path path) throws IOException {
    this.file = new StateFile(path);
    try {
      read(ProtoReader.of(file.read(BYTES_MAX).orElse(new byte[0])));
    } catch (PeerViolationException | IllegalArgumentException e) {
      addresses.clear();
    }
  }

  private void read(ProtoReader in) throws PeerViolationException {
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == 1) {
        readPeer(in.message(BYTES_MAX));
      } else {
        in.skip();
      }
    }
  }

  private void readPeer(ProtoReader in) throws PeerViolationException {
    byte[] peer = new byte[0];
    var known = new LinkedHashSet<Multiaddr>();
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> peer = in.bytes(PeerId.LENGTH);
        case 2 -> known.add(Multiaddr.fromBytes(in.bytes(512)));
        default -> in.skip();
      }
    }
    addresses.put(PeerId.fromBytes(peer), known);
  }

  /// Where to try, the latest news first.
  synchronized List<Multiaddr> of(PeerId peer) {
    return List.copyOf(addresses.getOrDefault(peer, Set.of()));
  }

  /// Remembers addresses of a peer before those known so far; writes the book if that is news.
  synchronized void remember(PeerId peer, Collection<Multiaddr> news) throws IOException {
    var merged = new LinkedHashSet<>(news);
    merged.addAll(addresses.getOrDefault(peer, Set.of()));
    while (merged.size() > ADDRESSES_MAX) {
      merged.remove(new ArrayList<>(merged).getLast());
    }
    if (news.isEmpty()
        || List.copyOf(merged).equals(List.copyOf(addresses.getOrDefault(peer, Set.of())))) {
      return;
    }
    addresses.put(peer, merged);
    write();
  }

  private void write() throws IOException {
    var out = new ProtoWriter();
    addresses.forEach(
        (peer, known) -> {
          var each = new ProtoWriter().bytes(1, peer.bytes());
          known.forEach(address -> each.bytes(2, address.bytes()));
          out.message(1, each);
        });
    file.write(out.toBytes());
  }
}
