package lockstep.ledger;

import lockstep.base.Blake3;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.base.Version;
import lockstep.base.WriterId;

/// How version vectors name a conflict copy that has no entry of its own.
///
/// The copy stands at a path at which its version was never published, so the version's place in
/// its writer's chain says nothing there: a vector that includes the writer's tenth entry does not
/// thereby know of a copy made from its seventh. Each copy is therefore the one and only version of
/// a writer of its own, made from the losing entry's hash and the path that was lost. A change
/// whose base includes that writer edits, deletes or otherwise settles the copy.
final class CopyMark {
  /// No chain has this incarnation.
  static final int INCARNATION = Integer.MAX_VALUE;

  private static final byte[] DOMAIN = Domain.of("lockstep/conflict-copy/1");

  private CopyMark() {}

  static WriterId of(Version loser, RelPath lost) {
    var key = Blake3.of(Domain.join(DOMAIN, loser.entry().bytes(), lost.utf8()));
    return new WriterId(PublicKey.of(key.bytes()), INCARNATION);
  }

  static boolean isMark(WriterId writer) {
    return writer.incarnation() == INCARNATION;
  }
}
