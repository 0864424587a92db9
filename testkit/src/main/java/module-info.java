/// Seeded generators and simulated host ports that tests drive the other modules with.
@org.jspecify.annotations.NullMarked
module lockstep.testkit {
  requires static transitive org.jspecify;
  requires transitive lockstep.base;
  requires transitive org.junit.jupiter.params;
  requires jdk.management;

  exports lockstep.testkit;
  exports lockstep.testkit.sim;
}
