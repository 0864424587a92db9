package lockstep.sync;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import lockstep.testkit.sim.SimNames;

/// What is to happen to a simulated cluster from outside, moment by moment. The same plan with a
/// part left out is a plan again: so a failure can be shrunk to what it takes.
///
/// @param devices how many there are
/// @param deafness percent of watch events that get lost
/// @param exchanges whether the disks can exchange two names in one step
/// @param reader whether the last device may only read, and its user knows
/// @param names what the disk of each device makes of names
record SimPlan(
    long seed,
    int devices,
    int deafness,
    boolean exchanges,
    boolean reader,
    List<SimNames> names,
    List<Event> events) {
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
    SETTLE,
    /// The disks take no more bytes for a while.
    FULL,
    /// Reads, writes and syncs fail now and then for a while.
    SICK,
    /// The disk with the folder is away for a while.
    UNMOUNT,
    /// Somebody backs up the device's home.
    BACKUP,
    /// The home is brought back from the backup; the folder is not.
    RESTORE,
    /// What the device knows of its last run is lost: journal and index.
    FORGET,
    /// For a while the user often changes just what Lockstep is about to change.
    RACE;

    boolean makesForget() {
      return this == RESTORE || this == FORGET;
    }
  }

  /// The seeds below it know none of the kinds from [Kind#FULL] on, so that those that once found
  /// something still tell their story.
  static final long HARSH = 1_000_000;

  /// From here on some disks, never all, take several names for one, and people use such names.
  static final long FOLDING = 10_000_000;

  private static final long FOLDING_END = 20_000_000;

  /// The seeds below it know no races, no disks that cannot exchange, no readers and no messages
  /// that come twice.
  static final long RACY = 100_000_000;

  /// From here on everything may happen in one world.
  static final long ALL = 200_000_000;

  /// From here to [#LATE] people lock files, programs do for them, and both mind it, mostly.
  static final long LOCKS = 500_000_000;

  /// From here on there are no locks again, but users are ahead of Lockstep's looks, too, what a
  /// look has seen is told late, and who calls a folder in sync is taken at their word.
  static final long LATE = 600_000_000;

  boolean folds() {
    return folds(seed);
  }

  private static boolean folds(long seed) {
    return seed >= ALL ? seed % 4 == 0 : seed >= FOLDING && seed < FOLDING_END;
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
    if (seed >= RACY && random.nextInt(3) == 0) {
      addSome(Kind.RACE, events, seconds, devices, random);
    }
    if (seed >= HARSH && random.nextInt(2) == 0) addHarsh(events, seconds, devices, random);
    events.sort(Comparator.comparingLong(Event::at));
    int deafness = random.nextInt(4) == 0 ? 20 : 0;
    boolean exchanges = seed < RACY || random.nextInt(4) != 0;
    boolean reader = seed >= RACY && devices > 2 && !folds(seed) && random.nextInt(3) == 0;
    return new SimPlan(
        seed, devices, deafness, exchanges, reader, names(seed, devices), List.copyOf(events));
  }

  private static List<SimNames> names(long seed, int devices) {
    var random = new SplittableRandom(~seed);
    var names = new ArrayList<>(Collections.nCopies(devices, SimNames.EXACT));
    for (int i = folds(seed) ? 1 + random.nextInt(devices - 1) : 0; i > 0; i--) {
      names.set(random.nextInt(devices), SimNames.values()[1 + random.nextInt(3)]);
    }
    return List.copyOf(names);
  }

  private static void addHarsh(
      List<Event> events, long seconds, int devices, SplittableRandom random) {
    switch (random.nextInt(5)) {
      case 0 -> addSome(Kind.FULL, events, seconds, devices, random);
      case 1 -> addSome(Kind.SICK, events, seconds, devices, random);
      case 2 -> addSome(Kind.UNMOUNT, events, seconds, devices, random);
      case 3 -> addSome(Kind.FORGET, events, seconds, devices, random);
      default -> {
        addSome(Kind.BACKUP, events, seconds, devices, random);
        addSome(Kind.RESTORE, events, seconds, devices, random);
      }
    }
  }

  private static void addSome(
      Kind kind, List<Event> events, long seconds, int devices, SplittableRandom random) {
    for (int i = random.nextInt(3); i >= 0; i--) {
      events.add(event(kind, seconds, devices, random));
    }
  }

  private static Event event(Kind kind, long seconds, int devices, SplittableRandom random) {
    int device = random.nextInt(devices);
    int other = (device + 1 + random.nextInt(devices - 1)) % devices;
    return new Event(
        random.nextLong(seconds * 1_000_000_000L), kind, device, other, random.nextLong());
  }

  /// Whether people lock files, and programs do for them.
  boolean locks() {
    return seed >= LOCKS && seed < LATE;
  }

  /// Whether news of the disk may be old when it comes.
  boolean late() {
    return seed >= LATE;
  }

  boolean isReader(int device) {
    return reader && device == devices - 1;
  }

  SimPlan with(List<Event> fewer) {
    return new SimPlan(seed, devices, deafness, exchanges, reader, names, List.copyOf(fewer));
  }
}
