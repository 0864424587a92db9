package lockstep.sync;

import lockstep.base.PeerId;

/// A short code that can be used right now, at a device on this network.
///
/// @param device its name, as it says itself: nobody vouches for it
/// @param number the code's; its words are told by a person
public record NearbyInvitation(PeerId peer, String device, int number) {}
