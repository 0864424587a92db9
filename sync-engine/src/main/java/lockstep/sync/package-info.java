/// One shared folder as a deterministic state machine with its executors.
package lockstep.sync;
