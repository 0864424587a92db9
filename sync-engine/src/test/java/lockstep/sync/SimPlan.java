package lockstep.sync;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/// What is to happen to a simulated cluster from outside, moment by moment. The same plan with a
/// part left out is a plan again: so a failure can be shrunk to what it takes.
///
/// @param devices how many there are
/// @param deafness percent of watch events that get lost
record SimPlan(long seed, int devices, int deafness, List<Event> events) {
  /// Something that happens to a device.
  ///
  /// @param at virtual nanoseconds since the beginning
  /// @param seed decides on its details
  record Event(long at, Kind kind, int device, int other, long seed) {}

  enum Kind {
    USER,
    /// The daemon ends without warning, and starts later.
    KILL,
    /// The machine loses its power, and comes back later.
    POWER,
    /// The daemon stops in good order, and starts later.
    STOP,
    /// Two devices do not reach each other any more.
    CUT,
    /// All devices reach each other again.
    MEND,
    /// A connection breaks.
    DROP,
    /// The kernel writes everything out.
    SETTLE
  }

  static SimPlan of(long seed) {
    var random = new SplittableRandom(seed);
    int devices = random.nextInt(3) == 0 ? 3 : 2;
    long seconds = 1 + random.nextInt(60);
    int users = 1 + random.nextInt(40);
    boolean crashes = random.nextInt(3) != 0;
    var events = new ArrayList<Event>();
    for (int i = 0; i < users; i++) {
      events.add(event(Kind.USER, seconds, devices, random));
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      events.add(event(Kind.CUT, seconds, devices, random));
      events.add(event(Kind.MEND, seconds, devices, random));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      events.add(event(Kind.DROP, seconds, devices, random));
    }
    for (int i = crashes ? random.nextInt(5) : 0; i > 0; i--) {
      Kind kind = List.of(Kind.KILL, Kind.POWER, Kind.STOP).get(random.nextInt(3));
      events.add(event(kind, seconds, devices, random));
      events.add(event(Kind.SETTLE, seconds, devices, random));
    }
    events.sort(Comparator.comparingLong(Event::at));
    return new SimPlan(seed, devices, random.nextInt(4) == 0 ? 20 : 0, List.copyOf(events));
  }

  private static Event event(Kind kind, long seconds, int devices, SplittableRandom random) {
    int device = random.nextInt(devices);
    int other = (device + 1 + random.nextInt(devices - 1)) % devices;
    return new Event(
        random.nextLong(seconds * 1_000_000_000L), kind, device, other, random.nextLong());
  }

  SimPlan with(List<Event> fewer) {
    return new SimPlan(seed, devices, deafness, List.copyOf(fewer));
  }
}
