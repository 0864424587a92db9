/// Seeded generators and simulated host ports that tests drive the other modules with.
package lockstep.testkit;
