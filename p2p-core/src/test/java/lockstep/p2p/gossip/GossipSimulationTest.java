package lockstep.p2p.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/// Fifty devices, none of which is connected to all others.
class GossipSimulationTest {
  private static final int DEVICES = 50;
  private static final int DIALS = 5;
  private static final GossipParameters FLOOD = GossipParameters.DEFAULT;
  private static final GossipParameters MESH = FLOOD.withoutFloodPublish();

  /// The logarithm of 50 to base 2, rounded up.
  private static final int HOPS_MAX = 6;

  @ParameterizedTest
  @SeedSource(count = 6)
  void a_message_reaches_all_in_a_logarithmic_number_of_hops(long seed) {
    GossipWorld world = calm(seed, DEVICES, MESH);
    for (int i = 0; i < 20; i++) {
      int message = world.publish(world.any(world.gossipers()));
      world.pass(3_000);
      assertThat(world.reached(message)).isEqualTo(DEVICES);
      assertThat(world.hops(message)).isLessThanOrEqualTo(HOPS_MAX);
    }
  }

  @ParameterizedTest
  @SeedSource(count = 6)
  void a_mesh_keeps_its_shape(long seed) {
    GossipWorld world = swarm(seed, DEVICES, FLOOD);
    world.connectAll(3 * DIALS);
    world.pass(FLOOD.pruneBackoff().multipliedBy(2).toMillis());
    for (SimGossiper device : world.gossipers()) {
      int neighbours = world.neighbours(device).size();
      assertThat(device.router.mesh(GossipWorld.TOPIC).size())
          .isBetween(Math.min(neighbours, FLOOD.degreeLow()), FLOOD.degreeHigh());
    }
    // Whoever is in my mesh has me in its own.
    for (SimGossiper a : world.gossipers()) {
      for (SimGossiper b : world.gossipers()) {
        assertThat(a.router.mesh(GossipWorld.TOPIC).contains(b.id))
            .isEqualTo(b.router.mesh(GossipWorld.TOPIC).contains(a.id));
      }
    }
  }

  @ParameterizedTest
  @SeedSource(count = 6)
  void messages_come_through_while_connections_break(long seed) {
    GossipWorld world = calm(seed, DEVICES, MESH);
    assertThat(shareReached(world)).isGreaterThan(0.99);
    checkAllAreReached(world);
  }

  @ParameterizedTest
  @SeedSource(count = 6)
  void after_a_partition_both_sides_hear_of_each_other_again(long seed) {
    GossipWorld world = calm(seed, DEVICES, MESH);
    List<Runnable> mending = world.split(node -> node.number % 2 == 0);
    world.pass(90_000);
    int apart = world.publish(world.gossipers().getFirst());
    world.pass(20_000);
    assertThat(world.reached(apart)).isLessThanOrEqualTo(DEVICES / 2);

    mending.forEach(Runnable::run);
    world.pass(5_000);
    checkAllAreReached(world);
  }

  @ParameterizedTest
  @SeedSource(count = 6)
  void who_comes_late_is_told_of_all_that_comes_later(long seed) {
    GossipWorld world = calm(seed, DEVICES, MESH);
    SimGossiper late = world.addGossiper(MESH);
    for (int i = 0; i < DIALS; i++) {
      world.connect(late, world.nodes.get(i));
    }
    world.pass(4_000);
    int after = world.publish(world.any(world.gossipers()));
    world.pass(4_000);
    assertThat(world.reached(after)).isEqualTo(DEVICES + 1);
  }

  @Test
  void the_same_seed_gives_the_same_run() {
    assertThat(trace(4711)).isEqualTo(trace(4711));
  }

  private static long trace(long seed) {
    GossipWorld world = calm(seed, 20, FLOOD);
    for (int i = 0; i < 10; i++) {
      world.rewire();
      world.publish(world.any(world.gossipers()));
      world.pass(700);
    }
    return world.scheduler.trace();
  }

  /// Publishes for half a minute, while connections break.
  private static double shareReached(GossipWorld world) {
    for (int i = 0; i < 300; i++) {
      world.after(world.random.nextLong(30_000), world::rewire);
    }
    for (int i = 0; i < 30; i++) {
      world.after(world.random.nextLong(30_000), () -> world.publish(world.any(world.gossipers())));
    }
    world.pass(35_000);
    long reached = 0;
    for (int message = 0; message < world.messages(); message++) {
      reached += world.reached(message);
    }
    return (double) reached / (world.messages() * DEVICES);
  }

  private static void checkAllAreReached(GossipWorld world) {
    if (!world.isWhole()) return;
    world.pass(3_000);
    for (int i = 0; i < 5; i++) {
      int message = world.publish(world.any(world.gossipers()));
      world.pass(5_000);
      assertThat(world.reached(message)).isEqualTo(world.gossipers().size());
    }
  }

  /// A swarm whose meshes have grown.
  static GossipWorld calm(long seed, int devices, GossipParameters parameters) {
    GossipWorld world = swarm(seed, devices, parameters);
    world.connectAll(DIALS);
    world.pass(5_000);
    return world;
  }

  /// Devices that are not connected yet.
  static GossipWorld swarm(long seed, int devices, GossipParameters parameters) {
    var world = new GossipWorld(seed);
    for (int i = 0; i < devices; i++) {
      world.addGossiper(parameters);
    }
    return world;
  }
}
