/// Seeded generators and simulated host ports that tests drive the other modules with, and what
/// they need of the real machine ([Host]).
package lockstep.testkit;
