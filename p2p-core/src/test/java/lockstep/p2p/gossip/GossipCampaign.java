package lockstep.p2p.gossip;

/// Measures simulated swarms: `SEEDS`. For each size, over that many seeds and twenty messages
/// each: hops to the last device, and copies that a device gets of a message beside the first.
final class GossipCampaign {
  private static final int MESSAGES = 20;

  private GossipCampaign() {}

  public static void main(String[] args) {
    long seeds = Long.parseLong(args[0]);
    for (int devices : new int[] {10, 25, 50, 100, 200}) {
      measure("mesh", devices, seeds, GossipParameters.DEFAULT.withoutFloodPublish());
    }
    for (int devices : new int[] {10, 50, 200}) {
      measure("flood", devices, seeds, GossipParameters.DEFAULT);
    }
  }

  private static void measure(String how, int devices, long seeds, GossipParameters parameters) {
    long hops = 0;
    int hopsMax = 0;
    long missed = 0;
    long copies = 0;
    for (long seed = 0; seed < seeds; seed++) {
      GossipWorld world = GossipSimulationTest.calm(seed, devices, parameters);
      for (int i = 0; i < MESSAGES; i++) {
        int message = world.publish(world.any(world.gossipers()));
        world.pass(3_000);
        hops += world.hops(message);
        hopsMax = Math.max(hopsMax, world.hops(message));
        missed += devices - world.reached(message);
      }
      copies += world.copies;
    }
    long messages = seeds * MESSAGES;
    System.out.printf(
        "%s, %d devices: %.2f hops to the last (at most %d), %.2f duplicates a device and message,"
            + " %d deliveries missed%n",
        how,
        devices,
        (double) hops / messages,
        hopsMax,
        (double) copies / (messages * (devices - 1)) - 1,
        missed);
  }
}
