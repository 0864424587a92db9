package lockstep.ledger;

import lockstep.base.Blake3;
import lockstep.base.WriterId;

/// One entry named by its place and its hash. Entries state what their writers have seen as heads,
/// and members tell each other what they have: so whoever was shown another branch of a forked
/// chain can tell.
///
/// @param writer the chain
/// @param sequence from 1
public record Head(WriterId writer, long sequence, Blake3 hash) {
  public Head {
    if (!Names.isChain(writer) || sequence < 1) {
      throw new IllegalArgumentException("no entry can have this place");
    }
  }
}
