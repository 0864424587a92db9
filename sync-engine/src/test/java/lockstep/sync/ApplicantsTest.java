package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.base.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApplicantsTest {
  private static final Blake3 FOLDER = Blake3.of(new byte[] {1});
  private static final Blake3 OTHER = Blake3.of(new byte[] {2});

  private final Applicants applicants = new Applicants(Duration.ofHours(1));

  private static Applicants.Waiting waiting(Blake3 folder, int device) {
    byte[] seed = new byte[32];
    seed[0] = (byte) device;
    var peer = new PeerId(PrivateKey.ofSeed(seed).publicKey());
    var applicant =
        new Applicant("work", peer, "d" + device, Role.READ_ONLY, "words", Instant.EPOCH);
    return new Applicants.Waiting(folder, applicant, Optional::empty);
  }

  /// A device that says nothing and stays.
  private static InputStream silence() throws IOException {
    return new PipedInputStream(new PipedOutputStream());
  }

  @Test
  void no_more_than_sixteen_wait_at_once() throws Exception {
    var let = new ArrayList<Applicants.Waiting>();
    for (int i = 0; i < Applicants.COUNT_MAX; i++) {
      let.add(waiting(FOLDER, i));
      assertThat(applicants.add(let.getLast())).isTrue();
    }

    assertThat(applicants.add(waiting(FOLDER, 100))).isFalse();
    assertThat(applicants.all()).hasSize(Applicants.COUNT_MAX);
    let.getFirst().end(new Applicants.End.Approved());
    applicants.await(let.getFirst(), silence());
    assertThat(applicants.add(waiting(FOLDER, 100))).isTrue();
  }

  @Test
  void a_device_waits_once_for_each_folder() throws Exception {
    var first = waiting(FOLDER, 1);
    var second = waiting(FOLDER, 1);
    applicants.add(first);
    applicants.add(waiting(OTHER, 1));
    applicants.add(second);

    assertThat(applicants.all()).hasSize(2);
    assertThat(applicants.await(first, silence())).isInstanceOf(Applicants.End.Refused.class);
    assertThat(applicants.find(FOLDER, second.applicant().peer())).contains(second);
  }

  @Test
  void nobody_waits_for_ever() throws Exception {
    var impatient = new Applicants(Duration.ZERO);
    var one = waiting(FOLDER, 1);
    impatient.add(one);

    assertThat(impatient.await(one, silence()))
        .isInstanceOfSatisfying(
            Applicants.End.Refused.class,
            refused -> assertThat(refused.reason()).contains("nobody answered within 0 minutes"));
    assertThat(impatient.all()).isEmpty();
  }

  @Test
  void who_hangs_up_waits_no_longer() throws Exception {
    var one = waiting(FOLDER, 1);
    applicants.add(one);

    assertThat(applicants.await(one, InputStream.nullInputStream()))
        .isEqualTo(new Applicants.End.Gone());
    assertThat(applicants.all()).isEmpty();
  }

  @Test
  void what_was_decided_first_holds() throws Exception {
    var one = waiting(FOLDER, 1);
    applicants.add(one);

    assertThat(one.end(new Applicants.End.Approved())).isTrue();
    assertThat(one.end(new Applicants.End.Refused("too late"))).isFalse();
    assertThat(applicants.await(one, silence())).isEqualTo(new Applicants.End.Approved());
  }

  @Test
  void all_who_wait_for_a_folder_are_sent_away_with_it() throws Exception {
    var one = waiting(FOLDER, 1);
    var other = waiting(OTHER, 2);
    List.of(one, other).forEach(applicants::add);

    applicants.dismiss(FOLDER, "gone");

    assertThat(applicants.await(one, silence())).isEqualTo(new Applicants.End.Refused("gone"));
    assertThat(applicants.all()).containsExactly(other.applicant());
  }
}
