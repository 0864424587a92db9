package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import lockstep.p2p.PeerInfo;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two members that nobody can dial, and one between them: real sockets, disks and ledgers.
@Timeout(180)
class RelayedTest {
  @TempDir Path temp;
  private TestDevice ana;
  private TestDevice ben;
  private TestDevice cy;

  @BeforeEach
  void share() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
    cy = new TestDevice(temp, "cy");
    ben.hide();
    cy.hide();
    ana.shareWith(ben, cy);
  }

  @AfterEach
  void close() throws Exception {
    ben.close();
    cy.close();
    ana.close();
  }

  private void awaitRoad() throws Exception {
    ben.await(() -> ben.roadTo(cy).equals(Optional.of(PeerInfo.Road.RELAYED)));
    cy.await(() -> cy.roadTo(ben).equals(Optional.of(PeerInfo.Road.RELAYED)));
  }

  @Test
  void two_members_that_nobody_can_dial_sync_through_the_third() throws Exception {
    awaitRoad();
    ana.engine.pauseFolder("work"); // passes on bytes that it has no other part in
    Files.write(ben.folder.resolve("big"), new Gen(1).bytes(3_000_000));
    ben.write("notes.txt", "from ben");

    cy.await(() -> cy.tree().keySet().containsAll(java.util.List.of("big", "notes.txt")));

    cy.awaitSameTreeAs(ben);
    assertThat(ana.tree()).isEmpty();
  }

  @Test
  void a_transfer_goes_on_while_a_direct_connection_takes_the_place_of_the_relay()
      throws Exception {
    cy.show();
    awaitRoad();
    ben.engine.limit(new BandwidthLimits(OptionalLong.of(1_000_000), OptionalLong.empty(), true));
    Files.write(ben.folder.resolve("film"), new Gen(2).bytes(6_000_000));
    cy.await(() -> cy.engine.folders().getFirst().pendingFiles() > 0);
    var parted = new AtomicBoolean();
    try (var _ =
        cy.engine.events(
            event -> {
              boolean ofBen = event.peer().equals(Optional.of(ben.engine.self()));
              if (ofBen && event.type().equals("peer-disconnected")) parted.set(true);
            })) {
      ben.dial(cy);

      ben.await(() -> ben.roadTo(cy).equals(Optional.of(PeerInfo.Road.DIRECT)));
      ben.engine.limit(BandwidthLimits.NONE);
      cy.awaitSameTreeAs(ben);
      assertThat(parted).isFalse();
    }
  }

  @Test
  void without_the_third_the_two_are_not_connected_and_do_not_claim_to_be_in_sync()
      throws Exception {
    awaitRoad();

    ana.stop();

    ben.await(() -> ben.roadTo(cy).isEmpty() && ben.roadTo(ana).isEmpty());
    ben.await(
        () ->
            ben.engine
                .absence(cy.engine.self())
                .equals(
                    Optional.of(
                        "no address of it is known, and no other member is connected that could"
                            + " pass data on")));
    ben.await(
        () ->
            ben.engine.folders().getFirst().members().stream()
                .noneMatch(m -> m.connected() && !m.self()));
    assertThat(ben.engine.awaitSynced("work", Duration.ofSeconds(2))).isFalse();
    ana.start();
    awaitRoad();
    assertThat(ben.engine.absence(cy.engine.self())).isEmpty();
  }

  @Test
  void a_member_that_is_removed_is_reached_no_more() throws Exception {
    awaitRoad();

    ana.engine.removeMember("work", cy.engine.self());

    ben.await(() -> ben.roadTo(cy).isEmpty());
  }
}
