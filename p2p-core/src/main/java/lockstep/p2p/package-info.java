/// A libp2p-compatible host on virtual threads.
package lockstep.p2p;
