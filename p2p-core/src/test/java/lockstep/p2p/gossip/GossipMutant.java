package lockstep.p2p.gossip;

import java.util.function.LongConsumer;
import lockstep.testkit.Mutation;

/// A fault planted into gossip; the simulation that does not notice is no proof of anything.
enum GossipMutant {
  /// What was seen is not remembered.
  NOTHING_SEEN("SeenCache", "add", "hostile"),

  /// Whatever is signed, and by whomever, is good.
  ANY_SIGNATURE("lockstep.base.PublicKey", "verifies", "hostile"),

  /// Breaches of the rules cost nothing.
  NO_MISDEEDS("Score", "misbehaved", "hostile"),

  /// Bad messages cost nothing.
  NOTHING_INVALID("Score", "broughtInvalid", "hostile"),

  /// Who was pruned may come back at once.
  NO_BACKOFF("Peer", "backOff", "hostile"),

  /// Whoever is connected is taken for a member.
  ANYBODY_IN_THE_TOPIC("TopicState", "has", "hostile"),

  /// Nobody is told what there is.
  NO_IHAVE("LazyGossip", "tell", "gossip"),

  /// Who asks is not answered.
  NO_IWANT_ANSWERED("LazyGossip", "asked", "gossip"),

  /// Meshes are left as they are.
  MESH_NOT_MAINTAINED("Mesh", "maintain", "mesh"),

  /// Meshes are not thinned.
  MESH_NOT_THINNED("Mesh", "thin", "mesh"),

  /// Who has left is counted on.
  LEFT_IN_THE_MESH("Mesh", "drop", "mesh");

  private final Mutation mutation;
  private final String hunt;

  GossipMutant(String type, String method, String hunt) {
    String here = GossipMutant.class.getPackageName() + ".";
    this.mutation = new Mutation(type.contains(".") ? type : here + type, method);
    this.hunt = hunt;
  }

  /// Whether one of so many swarms with this fault breaks what a test states.
  boolean isNoticed(long seeds) {
    return Boolean.TRUE.equals(mutation.call(GossipMutant.class, "isBroken", hunt, seeds));
  }

  /// An exception is no proof: the machine itself stumbled.
  static boolean isBroken(String hunt, long seeds) {
    var calm = new GossipSimulationTest();
    var hostile = new HostileGossipTest();
    LongConsumer test =
        switch (hunt) {
          case "mesh" -> calm::a_mesh_keeps_its_shape;
          case "gossip" -> hostile::where_most_pass_nothing_on_gossip_brings_what_the_meshes_do_not;
          default -> hostile::hostile_peers_are_scored_down_and_keep_no_message_from_others;
        };
    for (long seed = 0; seed < seeds; seed++) {
      try {
        test.accept(seed);
      } catch (AssertionError broken) {
        return true;
      }
    }
    return false;
  }
}
