package lockstep.p2p.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;

/// Devices that keep the rules among others that do not.
@Execution(ExecutionMode.CONCURRENT) // its time is a simulated one
class HostileGossipTest {
  private static final int HONEST = 25;
  private static final int VILLAINS_OF_A_KIND = 2;

  /// What a device may keep in mind of a neighbour: its topics, promises and backoffs.
  private static final int PER_PEER_MAX = Bounds.TOPICS_PER_PEER + Bounds.PROMISES + 10;

  private final List<SimVillain> villains = new ArrayList<>();

  @ParameterizedTest
  @SeedSource(count = 3)
  void hostile_peers_are_scored_down_and_keep_no_message_from_others(long seed) {
    GossipWorld world = GossipSimulationTest.calm(seed, HONEST, GossipParameters.DEFAULT);
    for (SimVillain.Kind kind : SimVillain.Kind.values()) {
      for (int i = 0; i < VILLAINS_OF_A_KIND; i++) addVillain(world, kind);
    }
    for (int i = 0; i < 10; i++) {
      world.pass(2_000);
      world.publish(world.any(world.gossipers()));
    }
    world.pass(10_000);

    for (int message = 0; message < world.messages(); message++) {
      assertThat(world.reached(message)).as("reached by message " + message).isEqualTo(HONEST);
    }
    for (SimGossiper device : world.gossipers()) {
      for (SimVillain villain : villains) {
        if (!villain.isScoredDown() || !world.isConnected(device, villain)) continue;
        assertThat(device.score(villain)).as(villain.toString()).isLessThan(Score.GRAYLIST);
        assertThat(device.router.mesh(GossipWorld.TOPIC)).doesNotContain(villain.id);
      }
      int neighbours = world.neighbours(device).size();
      assertThat(device.router.remembered())
          .as("things kept in mind")
          .isLessThan(neighbours * PER_PEER_MAX + 200);
    }
  }

  @ParameterizedTest
  @SeedSource(count = 3)
  void no_honest_device_is_taken_for_a_hostile_one(long seed) {
    GossipWorld world = GossipSimulationTest.calm(seed, HONEST, GossipParameters.DEFAULT);
    for (SimVillain.Kind kind : SimVillain.Kind.values()) {
      addVillain(world, kind);
    }
    for (int i = 0; i < 100; i++) {
      world.after(world.random.nextLong(20_000), () -> rewireHonest(world));
      world.after(world.random.nextLong(20_000), () -> world.publish(world.any(world.gossipers())));
    }
    world.pass(25_000);

    for (SimGossiper device : world.gossipers()) {
      for (SimGossiper other : world.gossipers()) {
        assertThat(device.score(other)).isGreaterThanOrEqualTo(0);
      }
    }
  }

  @ParameterizedTest
  @SeedSource(count = 3)
  void where_most_pass_nothing_on_gossip_brings_what_the_meshes_do_not(long seed) {
    GossipParameters mesh = GossipParameters.DEFAULT.withoutFloodPublish();
    GossipWorld world = GossipSimulationTest.swarm(seed, HONEST, mesh);
    for (int i = 0; i < 2 * HONEST; i++) {
      addVillain(world, SimVillain.Kind.BLACK_HOLE);
    }
    world.pass(5_000);
    for (SimGossiper device : world.gossipers()) {
      for (int i = 0; i < 3; i++) {
        world.connect(device, world.any(world.gossipers()));
      }
    }
    world.pass(5_000);
    for (int i = 0; i < 5; i++) {
      world.publish(world.any(world.gossipers()));
      world.pass(8_000);
      assertThat(world.reached(i)).isEqualTo(HONEST);
    }
  }

  private static void rewireHonest(GossipWorld world) {
    SimGossiper a = world.any(world.gossipers());
    world.connect(a, world.any(world.gossipers()));
  }

  /// Connected to a third of the honest devices.
  private void addVillain(GossipWorld world, SimVillain.Kind kind) {
    var villain = world.add(new SimVillain(world, world.nodes.size(), kind));
    villains.add(villain);
    for (SimGossiper device : world.gossipers()) {
      if (world.random.nextInt(3) == 0) world.connect(villain, device);
    }
  }
}
