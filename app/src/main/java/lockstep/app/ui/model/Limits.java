package lockstep.app.ui.model;

import java.util.OptionalLong;
import lockstep.app.JsonObject;

/// How fast files may come and go.
///
/// @param upload bytes per second; empty for no limit
/// @param local whether that holds on the local network, too
/// @param periods hours with limits of their own
public record Limits(OptionalLong upload, OptionalLong download, boolean local, int periods) {
  static Limits of(JsonObject limits) {
    return new Limits(
        rate(limits, "upload"),
        rate(limits, "download"),
        limits.flag("local"),
        limits.objects("periods").size());
  }

  private static OptionalLong rate(JsonObject limits, String way) {
    return limits.has(way) ? OptionalLong.of(limits.number(way)) : OptionalLong.empty();
  }
}
