package lockstep.ledger;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PublicKey;
import lockstep.base.Role;
import lockstep.base.VersionVector;

/// What one ledger entry states. Values are checked on construction, so that what a peer sends and
/// what we write obey the same rules.
public sealed interface Payload {
  /// Longest name of a folder or device, in bytes of UTF-8.
  int NAME_BYTES_MAX = 255;

  /// The first entry of a folder. Its hash is the folder's id, its writer the first admin.
  ///
  /// @param nonce randomness that makes two folders of one device and name differ
  record Genesis(String folder, String creatorName, Blake3 nonce) implements Payload {
    public Genesis {
      checkName(folder);
      checkName(creatorName);
    }
  }

  /// Makes a device a member or gives a member another role or name. An admin may always write it;
  /// any other member that may write needs the admission of a device that is no member yet.
  record Grant(PublicKey device, Role role, String name, Optional<Admission> admission)
      implements Payload {
    public Grant {
      checkName(name);
    }
  }

  /// Ends a membership.
  ///
  /// @param accepted the device's entries up to here stay valid; later ones have no effect
  record Revoke(PublicKey device, VersionVector accepted) implements Payload {}

  /// Lets whoever owns the one-time `key` be admitted.
  ///
  /// @param expiry judged once, by the wall clock of the member that admits
  /// @param uses how many devices it admits, from 1
  /// @param needsApproval whether a person has to say yes to each device: then only an admin admits
  record Invite(PublicKey key, Role role, Instant expiry, int uses, boolean needsApproval)
      implements Payload {
    /// Most devices that one invitation can admit.
    public static final int USES_MAX = 10_000;

    public Invite {
      expiry = Entry.checkedTime(expiry);
      if (uses < 1 || uses > USES_MAX) {
        throw new IllegalArgumentException("an invitation admits 1 to 10000 devices, not " + uses);
      }
    }
  }

  /// Ends an invitation: from here on nobody is admitted by it.
  record Withdraw(PublicKey invite) implements Payload {}

  /// States that the device told two histories. What its writer had seen of them stands, so that
  /// all devices come to hold the same; what the device tells from then on waits for a [Heal]. An
  /// entry like any other keeps what its writer had seen: this one is for a member who has nothing
  /// else to say.
  record Quarantine(PublicKey device) implements Payload {}

  /// Ends the quarantine of a device. What its writer, an admin, had seen of the device's histories
  /// stands, all branches of them; the device goes on.
  record Heal(PublicKey device) implements Payload {}

  /// New versions of paths, each path at most once; kept in the order of the paths.
  record Changes(List<Change> changes) implements Payload {
    /// Most changes in one entry.
    public static final int COUNT_MAX = 1 << 16;

    private static final Comparator<Change> ORDER = Comparator.comparing(Change::path);

    public Changes {
      changes = inOrder(changes);
      if (changes.isEmpty()) {
        throw new IllegalArgumentException("an entry of no changes states nothing");
      }
    }

    private static List<Change> inOrder(List<Change> changes) {
      for (int i = 1; i < changes.size(); i++) {
        if (ORDER.compare(changes.get(i - 1), changes.get(i)) >= 0) {
          return sorted(changes);
        }
      }
      return List.copyOf(changes);
    }

    private static List<Change> sorted(List<Change> changes) {
      var sorted = new ArrayList<>(changes);
      sorted.sort(ORDER);
      for (int i = 1; i < sorted.size(); i++) {
        if (sorted.get(i).path().equals(sorted.get(i - 1).path())) {
          throw new IllegalArgumentException("two changes of one path in one batch");
        }
      }
      return Collections.unmodifiableList(sorted);
    }
  }

  private static void checkName(String name) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (name.isBlank()
        || length > NAME_BYTES_MAX
        || name.codePoints().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a name has 1 to 255 bytes, not only spaces and no control characters");
    }
  }
}
