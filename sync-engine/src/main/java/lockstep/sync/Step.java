package lockstep.sync;

import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.RelPath;

/// One change to the disk that the [Applier] can carry out. What the plan saw at the path travels
/// with it: if something else stands there by then, the step is not taken and the path is looked at
/// anew.
sealed interface Step {
  /// The path whose state the step changes, and under which it is recorded.
  RelPath path();

  /// A complete, verified staged file takes the name.
  record Install(RelPath path, String stagedId, Node.File file, Optional<Disk.Stat> expected)
      implements Step {}

  /// A local file that the ledger deletes at one path and has at another is renamed.
  record Move(RelPath from, Disk.Stat fromStat, RelPath path, Node.File file) implements Step {}

  /// A directory that the ledger has under another spelling of its name, which is one with it to
  /// this disk, is renamed with all that it holds.
  record Respell(RelPath from, RelPath path, Node.Directory directory) implements Step {}

  record MakeDirectory(RelPath path, Node.Directory directory, Optional<Disk.Stat> expected)
      implements Step {}

  record MakeSymlink(RelPath path, Node.Symlink link, Optional<Disk.Stat> expected)
      implements Step {}

  record SetMetadata(RelPath path, Node node, Disk.Stat expected) implements Step {}

  record Delete(RelPath path, Disk.Stat expected) implements Step {}

  /// The user's newer node gets out of the way of the official one.
  ///
  /// @param torn why it is no version of the file, if that is why it goes
  record MoveAside(RelPath path, RelPath copy, Disk.Stat expected, Optional<String> torn)
      implements Step {}

  /// Nothing changes on disk, the journal alone.
  sealed interface Bookkeeping extends Step {}

  /// That the path agrees with the ledger becomes durable.
  ///
  /// @param stable whether what stands there is on stable storage, as it must be first
  record Record(RelPath path, Applied applied, boolean stable) implements Bookkeeping {}

  /// The records before this one cover all that this device published up to here.
  record Covered(Published upTo) implements Bookkeeping {
    @Override
    public RelPath path() {
      return Published.PLACE;
    }
  }

  /// Where what is recorded may be of another time, with all below: the merge base there is what
  /// the ledger had, also after a crash.
  record Doubted(Set<RelPath> roots) implements Bookkeeping {
    /// Where the journal keeps it, among the paths of *Applied*.
    static final RelPath PLACE = RelPath.of(RelPath.RESERVED + "/doubted");

    @Override
    public RelPath path() {
      return PLACE;
    }

    byte[] encoded() {
      var out = new ProtoWriter();
      roots.forEach(root -> out.bytesAlways(1, root.utf8())); // the folder's own path is empty
      return out.toBytes();
    }

    static Set<RelPath> decode(byte[] bytes) throws PeerViolationException {
      var roots = new HashSet<RelPath>();
      var in = ProtoReader.of(bytes);
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == 1) {
          roots.add(root(in));
        } else {
          in.skip();
        }
      }
      return roots;
    }

    private static RelPath root(ProtoReader in) throws PeerViolationException {
      try {
        return RelPath.fromUtf8(in.bytes(RelPath.BYTES_MAX));
      } catch (IllegalArgumentException e) {
        throw new PeerViolationException("not a path: " + e.getMessage(), e);
      }
    }
  }

  /// What became of steps that were left half done is known, and written down by the records before
  /// this one: their intents end.
  record Settled(Set<Long> intents) implements Bookkeeping {
    @Override
    public RelPath path() {
      return RelPath.ROOT.resolve(RelPath.RESERVED);
    }
  }

  /// How a step ended.
  sealed interface Outcome {
    /// Whether it is known what the step has left at its path.
    default boolean isCertain() {
      return !(this instanceof Unwritten || this instanceof Failed);
    }

    /// @param now what stands at the path after it; empty for nothing
    record Done(Optional<Observed> now) implements Outcome {}

    /// Something else stood at the path than the plan knew: nothing was changed.
    record Stale() implements Outcome {}

    /// The disk took nothing more (it is full, say): it is tried again once it does.
    record Unwritten(String reason) implements Outcome {}

    /// The directory is not the shared folder (any more): nothing was changed.
    record Astray(String reason) implements Outcome {}

    /// The disk does not let it be, as things stand (a name that it takes for another, a directory
    /// that is not empty): nothing was changed.
    record Refused(String reason) implements Outcome {}

    /// @param halts whether the whole folder must stop (the disk no longer keeps what it is given)
    record Failed(String reason, boolean halts) implements Outcome {}
  }

  /// A step and how it ended.
  ///
  /// @param intent what stays open in the journal, since the step may be done or not; none if that
  ///   is known
  record Result(Step step, Outcome outcome, OptionalLong intent) {}
}
