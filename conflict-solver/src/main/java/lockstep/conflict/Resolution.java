package lockstep.conflict;

import java.util.List;
import lockstep.base.Version;
import lockstep.base.VersionVector;

/// What became of all the versions of one path.
///
/// @param official the version that has the name; its node may be absent
/// @param history everything that went into this, merged: what the next change of the path builds
///   on
/// @param copies live versions that lost a race and were not superseded since, in publication
///   order: each lives on as a conflict copy. Never a directory.
public record Resolution(Version official, VersionVector history, List<Version> copies) {
  public Resolution {
    copies = List.copyOf(copies);
  }
}
