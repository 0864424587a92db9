package lockstep.sync;

import java.util.Optional;
import lockstep.base.PeerId;
import lockstep.ledger.Member;

/// When an admin may end a member's quarantine.
final class Healing {
  private Healing() {}

  /// What a person has to enter for it.
  static String command(String folder, PeerId member) {
    return "lockstep members heal " + folder + " " + member;
  }

  /// @throws UserException if the member needs no healing, or not by this device
  static void check(Folder folder, PeerId member) throws UserException {
    boolean forked =
        folder.ledger().forks().stream()
            .anyMatch(fork -> fork.writer().device().equals(member.key()));
    String name = folder.ledger().nameOf(member.key());
    if (!forked) {
      throw new UserException(
          "'%s' is not in quarantine in '%s'".formatted(name, folder.name()),
          "as far as this device knows it has told one history",
          "lockstep members " + folder.name());
    }
    Optional<Member> other = otherAdmin(folder, member);
    if (member.equals(folder.self()) && other.isPresent()) {
      throw new UserException(
          "this device cannot end its own quarantine in '" + folder.name() + "'",
          "another admin has to see that its key is in one place only",
          command(folder.name(), member) + ", on '" + other.get().name() + "'");
    }
  }

  private static Optional<Member> otherAdmin(Folder folder, PeerId than) {
    return folder.ledger().members().current().values().stream()
        .filter(member -> member.role().mayAdmit() && !member.device().equals(than.key()))
        .findFirst();
  }
}
