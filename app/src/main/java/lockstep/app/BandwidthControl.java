package lockstep.app;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import lockstep.base.TimeSource;
import lockstep.sync.BandwidthLimits;
import lockstep.sync.SyncEngine;
import lockstep.sync.UserException;

/// Keeps an engine to the limits that the settings plan for the hour. Thread-safe.
final class BandwidthControl implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(20);

  private final Home home;
  private final SyncEngine engine;
  private final Supplier<LocalDateTime> clock;
  private final Thread watch;

  /// Guarded by this.
  private BandwidthPlan plan;

  private BandwidthLimits current = BandwidthLimits.NONE;

  private BandwidthControl(
      Home home, SyncEngine engine, Supplier<LocalDateTime> clock, BandwidthPlan plan) {
    this.home = home;
    this.engine = engine;
    this.clock = clock;
    this.plan = plan;
    this.watch = Thread.ofVirtual().name("bandwidth").unstarted(this::watch);
  }

  /// @throws IOException if the settings cannot be read, or make no plan
  static BandwidthControl start(Home home, SyncEngine engine, TimeSource time) throws IOException {
    var control =
        new BandwidthControl(
            home,
            engine,
            () -> LocalDateTime.ofInstant(time.wallTime(), ZoneId.systemDefault()),
            Settings.read(home).bandwidth());
    control.look();
    control.watch.start();
    return control;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(LOOK_EVERY);
        look();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void look() {
    BandwidthLimits now = plan.at(clock);
    if (!now.equals(current)) {
      engine.limit(now);
      current = now;
    }
  }

  /// Changes the usual limits, also in the settings. What is not named stays as it is.
  ///
  /// @throws IllegalArgumentException if a rate is none
  synchronized void change(JsonObject wanted) throws UserException, IOException {
    plan = Settings.change(home, settings -> change(settings, wanted)).bandwidth();
    look();
  }

  private static void change(Settings settings, JsonObject wanted) throws IOException {
    BandwidthLimits usual = settings.bandwidth().usual();
    settings.bandwidth(
        new BandwidthLimits(
            wanted.text("upload").map(Units::parseLimit).orElse(usual.upload()),
            wanted.text("download").map(Units::parseLimit).orElse(usual.download()),
            wanted.has("local") ? wanted.flag("local") : usual.local()));
  }

  synchronized Map<String, Object> view() {
    Map<String, Object> view = view(plan.usual().upload(), plan.usual().download());
    view.put("local", plan.usual().local());
    view.put("now", view(current.upload(), current.download()));
    view.put("periods", plan.periods().stream().map(BandwidthControl::view).toList());
    return view;
  }

  private static Map<String, Object> view(BandwidthPlan.Period period) {
    Map<String, Object> view = view(period.upload(), period.download());
    view.put(
        "days",
        period.days().stream()
            .sorted()
            .map(day -> day.name().substring(0, 3).toLowerCase(Locale.ROOT))
            .toList());
    view.put("from", period.from().toString());
    view.put("to", period.to().toString());
    return view;
  }

  private static Map<String, Object> view(OptionalLong upload, OptionalLong download) {
    return Views.object("upload", boxed(upload), "download", boxed(download));
  }

  private static Optional<Long> boxed(OptionalLong rate) {
    return rate.isPresent() ? Optional.of(rate.getAsLong()) : Optional.empty();
  }

  @Override
  public void close() {
    watch.interrupt();
  }
}
