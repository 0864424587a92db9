package lockstep.app.ui.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// A device that belonged to a folder once.
///
/// @param by who removed it; empty if it left
/// @param since when it belongs no more
public record Former(
    String peerId, String name, String folder, Optional<String> by, Optional<Instant> since) {
  /// Those of a folder, as far as the changes tell.
  static List<Former> of(Folder folder, List<Change> newestFirst) {
    var seen = new HashSet<String>();
    folder.members().forEach(member -> seen.add(member.peerId()));
    var former = new ArrayList<Former>();
    for (Change change : newestFirst) {
      change
          .belonging()
          .filter(who -> who.kind().equals("leave") || who.kind().equals("remove"))
          .filter(who -> seen.add(who.peerId()))
          .ifPresent(who -> former.add(of(folder, change, who)));
    }
    return List.copyOf(former);
  }

  private static Former of(Folder folder, Change change, Belonging who) {
    Optional<String> by =
        who.kind().equals("leave") ? Optional.empty() : Optional.of(change.authorName());
    return new Former(who.peerId(), who.name(), folder.name(), by, change.at());
  }
}
