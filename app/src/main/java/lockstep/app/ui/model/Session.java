package lockstep.app.ui.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import lockstep.app.ApiClient;
import lockstep.app.Desktop;
import lockstep.app.Failure;
import lockstep.app.Json;
import lockstep.app.WebSocket;
import lockstep.base.TimeSource;

/// The desktop's view of the daemon, kept fresh: looks whenever an event came in, and from time to
/// time anyway. The first look starts a daemon if there is none, and so does whatever its user asks
/// for. One that went away is looked for until it is back, and events are followed anew.
///
/// Listeners are told on the thread that draws; that thread alone may call this class.
public final class Session {
  private static final Duration LOOK_WHILE_BUSY = Duration.ofMillis(700);
  private static final Duration LOOK_AT_REST = Duration.ofSeconds(4);
  private static final Duration EVENTS_TOGETHER = Duration.ofMillis(150);
  private static final Duration RECONNECT_AFTER = Duration.ofSeconds(1);
  private static final int EVENTS_KEPT_MAX = 1_000;

  private final Desktop.Host host;
  private final Background background;
  private final TimeSource time;
  private final Rates rates = new Rates();
  private final Semaphore reasonsToLook = new Semaphore(0);
  private final List<Consumer<Snapshot>> viewers = new ArrayList<>();
  private final List<Runnable> readers = new ArrayList<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Deque<Event> events = new ArrayDeque<>();
  private final CountDownLatch found = new CountDownLatch(1);
  private volatile boolean ending;
  private Snapshot snapshot = Snapshot.EMPTY;

  /// When the last event happened that was news; whatever the daemon tells of before is not.
  private Instant newest;

  public Session(Desktop.Host host, Background background, TimeSource time) {
    this.time = time;
    newest = time.wallTime();
    this.host = host;
    this.background = background;
  }

  /// Starts to look and to follow; the daemon is started if there is none.
  public void open() {
    if (!threads.isEmpty()) return;
    threads.add(Thread.ofVirtual().name("watch").start(() -> loop(this::watch)));
    threads.add(Thread.ofVirtual().name("follow").start(() -> loop(this::follow)));
  }

  public void close() {
    threads.forEach(Thread::interrupt);
  }

  /// Closes this and ends the daemon. Whatever a page wants to read until then starts no other.
  public void end(Runnable done) {
    ending = true;
    close();
    background.run(() -> new Requests(host.running()).stop(), _ -> done.run(), _ -> done.run());
  }

  private Requests daemon() throws Failure, InterruptedException {
    return new Requests(ending ? host.running() : host.daemon());
  }

  public Background background() {
    return background;
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  /// The last events, newest first.
  public List<Event> events() {
    return List.copyOf(events);
  }

  /// Somebody who is told for as long as the session lasts, whatever views there are.
  public interface Watcher {
    void changed(Snapshot before, Snapshot after);

    /// Something has just happened.
    void news(Event event);
  }

  public void watch(Watcher watcher) {
    watchers.add(watcher);
  }

  /// How fast content came and went lately.
  public Rates rates() {
    return rates;
  }

  public void onSnapshot(Consumer<Snapshot> viewer) {
    viewers.add(viewer);
  }

  /// For when all views are made anew.
  public void forgetViewers() {
    viewers.clear();
    readers.clear();
  }

  public void onEvents(Runnable reader) {
    readers.add(reader);
  }

  /// Asks the daemon for something, and looks at everything anew afterwards.
  public <T> Thread ask(Request<T> request, Consumer<T> done, Consumer<Trouble> failed) {
    return background.run(
        () -> request.run(daemon()),
        result -> {
          reasonsToLook.release();
          done.accept(result);
        },
        failed);
  }

  /// The same for what changes nothing.
  public <T> Thread read(Request<T> request, Consumer<T> done, Consumer<Trouble> failed) {
    return background.run(() -> request.run(daemon()), done, failed);
  }

  /// Something to ask of the daemon.
  public interface Request<T> {
    T run(Requests daemon) throws Exception;
  }

  private interface Loop {
    void turn() throws Failure, InterruptedException;
  }

  private static void loop(Loop loop) {
    try {
      while (true) loop.turn();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } catch (Failure unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }

  private void watch() throws InterruptedException {
    boolean busy = false;
    try {
      Snapshot fresh = Snapshot.take(found.getCount() == 0 ? host.running() : host.daemon());
      found.countDown();
      busy = fresh.isBusy();
      background.show(() -> show(fresh));
    } catch (Failure failure) {
      Trouble trouble = Trouble.of(failure);
      background.show(() -> show(snapshot.stale(trouble)));
    }
    Duration patience = busy ? LOOK_WHILE_BUSY : LOOK_AT_REST;
    if (reasonsToLook.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      Thread.sleep(EVENTS_TOGETHER);
      reasonsToLook.drainPermits();
    }
  }

  private void show(Snapshot fresh) {
    rates.note(time.wallTime(), fresh.peers());
    if (fresh.equals(snapshot)) return;
    Snapshot before = snapshot;
    snapshot = fresh;
    watchers.forEach(watcher -> watcher.changed(before, fresh));
    viewers.forEach(viewer -> viewer.accept(fresh));
  }

  private void follow() throws InterruptedException {
    found.await();
    try {
      WebSocket socket = host.running().follow(ApiClient.path("events"));
      background.show(events::clear);
      Optional<String> message;
      while ((message = socket.receive()).isPresent()) {
        Event event = Event.of(Json.parseObject(message.get().getBytes(StandardCharsets.UTF_8)));
        background.show(() -> remember(event));
        reasonsToLook.release();
      }
    } catch (Failure | IOException gone) {
      reasonsToLook.release(); // whoever looks next says what is the matter
    }
    Thread.sleep(RECONNECT_AFTER);
  }

  private void remember(Event event) {
    if (events.size() == EVENTS_KEPT_MAX) events.removeLast();
    events.addFirst(event);
    if (event.at().filter(at -> at.isAfter(newest)).isPresent()) {
      newest = event.at().get();
      watchers.forEach(watcher -> watcher.news(event));
    }
    readers.forEach(Runnable::run);
  }
}
