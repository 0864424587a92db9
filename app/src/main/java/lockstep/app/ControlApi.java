package lockstep.app;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import lockstep.base.PeerId;
import lockstep.base.Role;
import lockstep.p2p.Multiaddr;
import lockstep.sync.Resumption;
import lockstep.sync.SyncEvent;
import lockstep.sync.UserException;

/// The control API: what each request does to the engine. docs/api.md describes it for users.
final class ControlApi implements LocalServer.Handler {
  private static final System.Logger LOG = System.getLogger(ControlApi.class.getName());
  private static final Duration DIAL_TIME_MAX = Duration.ofSeconds(15);

  private final RunningDevice device;
  private final Guard guard;
  private final List<Route> routes = new ArrayList<>();

  ControlApi(RunningDevice device, Guard guard, HealthApi health) {
    this.device = device;
    this.guard = guard;
    route("GET /v1/status", this::status);
    route("POST /v1/wait-synced", this::waitSynced);
    route("POST /v1/stop", this::stop);
    route("GET /v1/folders", this::folders);
    route("POST /v1/folders", this::addFolder);
    route("DELETE /v1/folders/*", this::removeFolder);
    route("POST /v1/folders/*/pause", this::pause);
    route("POST /v1/folders/*/resume", this::resume);
    var moves = new MoveApi(device.engine());
    route(
        "POST /v1/folders/*/move",
        call -> moves.move(call.first(), Path.of(call.required("path")), call.body()));
    route("DELETE /v1/folders/*/move", call -> moves.cancel(call.first()));
    var selection = new SelectionApi(device.engine());
    route("GET /v1/folders/*/unshared", call -> selection.unshared(call.first()));
    route("POST /v1/folders/*/revert", call -> selection.revert(call.first()));
    route("GET /v1/folders/*/excludes", call -> selection.list(call.first()));
    route("POST /v1/folders/*/exclude", call -> selection.exclude(call.first(), call.body()));
    route("POST /v1/folders/*/include", call -> selection.include(call.first(), call.body()));
    var joins = new JoinApi(device.engine());
    route("POST /v1/folders/*/invitations", call -> joins.invite(call.first(), call.body()));
    route("GET /v1/folders/*/invitations", call -> joins.invitations(call.first()));
    route("DELETE /v1/folders/*/invitations/*", call -> joins.revoke(call.first(), call.last()));
    route("POST /v1/join", call -> join(joins, call));
    route("GET /v1/nearby", _ -> joins.nearby());
    route("GET /v1/join", _ -> joins.pending());
    route("DELETE /v1/join", call -> joins.cancel(PastApi.path(call.request())));
    route("GET /v1/folders/*/members", call -> joins.members(device.folder(call.first())));
    route("POST /v1/folders/*/members/*/approve", call -> joins.approve(call.first(), call.last()));
    route("POST /v1/folders/*/members/*/refuse", call -> joins.refuse(call.first(), call.last()));
    route("DELETE /v1/folders/*/members/*", this::removeMember);
    route("PUT /v1/folders/*/members/*", this::changeRole);
    route("POST /v1/folders/*/members/*/heal", this::heal);
    route("GET /v1/peers", this::peers);
    route("POST /v1/peers", this::connect);
    route("GET /v1/bandwidth", _ -> HttpResponse.ok(device.bandwidth().view()));
    route("PUT /v1/bandwidth", this::limit);
    route("GET /v1/settings", _ -> HttpResponse.ok(device.settings().view()));
    route("PUT /v1/settings", call -> HttpResponse.ok(device.settings().change(call.body())));
    route("GET /v1/why", this::why);
    route("POST /v1/verify", this::verify);
    var past = new PastApi(device.engine());
    route("POST /v1/repair", call -> past.repair(call.body()));
    route("GET /v1/conflicts", _ -> past.conflicts());
    route("POST /v1/conflicts/*/undo", call -> past.undo(call.names().getFirst()));
    route("POST /v1/conflicts/*", call -> past.resolve(call.names().getFirst(), call.body()));
    route("GET /v1/history", call -> past.history(call.request()));
    route("POST /v1/restore", call -> past.restore(call.body()));
    route("POST /v1/restore/undo", call -> past.undoRestore(call.body()));
    var locks = new LockApi(device.engine());
    route("GET /v1/locks", _ -> locks.locks());
    route("POST /v1/lock", call -> locks.lock(call.body()));
    route("POST /v1/unlock", call -> locks.unlock(call.body()));
    route("POST /v1/lock/ask", call -> locks.ask(call.body()));
    route("GET /v1/folders/*/ledger", this::ledger);
    route("POST /v1/folders/*/ledger/verify", this::verifyLedger);
    route("GET /v1/folders/*/ledger/export", this::exportLedger);
    route("GET /v1/doctor", _ -> health.examine());
    route("POST /v1/doctor/mend", call -> health.mend(call.body()));
    route("POST /v1/doctor/report", call -> health.report(call.body()));
    route("GET /v1/events", this::events);
  }

  /// One request with the names that stood for the stars of its route.
  private record Call(HttpRequest request, List<String> names) {
    JsonObject body() throws IOException {
      return request.body().json();
    }

    String first() {
      return names.getFirst();
    }

    String last() {
      return names.getLast();
    }

    String required(String member) throws IOException {
      return body()
          .text(member)
          .orElseThrow(
              () -> new IllegalArgumentException("the member '" + member + "' is missing"));
    }
  }

  private interface Action {
    HttpResponse run(Call call) throws UserException, IOException, InterruptedException;
  }

  private record Route(String method, List<String> pattern, Action action) {
    Optional<Call> match(HttpRequest request) {
      List<String> path = request.path();
      if (!method.equals(request.method()) || path.size() != pattern.size()) {
        return Optional.empty();
      }
      var names = new ArrayList<String>();
      for (int i = 0; i < path.size(); i++) {
        if (pattern.get(i).equals("*")) {
          names.add(path.get(i));
        } else if (!pattern.get(i).equals(path.get(i))) {
          return Optional.empty();
        }
      }
      return Optional.of(new Call(request, names));
    }
  }

  private void route(String methodAndPath, Action action) {
    String[] parts = methodAndPath.split(" /");
    routes.add(new Route(parts[0], List.of(parts[1].split("/")), action));
  }

  @Override
  public HttpResponse answer(HttpRequest request) {
    Optional<HttpResponse> refusal = guard.refusal(request);
    if (refusal.isPresent()) return refusal.get();
    for (Route route : routes) {
      Optional<Call> call = route.match(request);
      if (call.isPresent()) return run(route.action(), call.get());
    }
    return HttpResponse.refusal(
        404,
        Failure.because("no such request", "the control API has no such route", "docs/api.md"));
  }

  private static HttpResponse run(Action action, Call call) {
    try {
      return action.run(call);
    } catch (UserException refused) {
      return HttpResponse.refusal(422, Failure.of(refused));
    } catch (IllegalArgumentException malformed) {
      return HttpResponse.refusal(400, Failure.usage(Failure.reason(malformed), "docs/api.md"));
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      return HttpResponse.refusal(503, Failure.of("the daemon is stopping", closing));
    } catch (IOException failed) {
      LOG.log(Level.WARNING, "a request failed", failed);
      return HttpResponse.refusal(500, Failure.of("the daemon could not do this", failed));
    } catch (RuntimeException bug) {
      LOG.log(Level.ERROR, "a request met a bug", bug);
      return HttpResponse.refusal(500, Failure.of("the daemon met a bug; see its log", bug));
    }
  }

  private HttpResponse status(Call call) throws UserException {
    return HttpResponse.ok(device.status(call.request().parameter("folder")));
  }

  private HttpResponse waitSynced(Call call)
      throws UserException, IOException, InterruptedException {
    JsonObject body = call.body();
    var timeout = Duration.ofMillis((long) (1000 * body.decimal("seconds").orElse(0.0)));
    boolean synced = device.engine().awaitSynced(body.string("folder"), timeout);
    return HttpResponse.ok(Views.object("synced", synced));
  }

  private HttpResponse stop(Call call) {
    device.requestStop();
    return HttpResponse.ok(Views.object("stopping", true));
  }

  private HttpResponse limit(Call call) throws UserException, IOException {
    device.bandwidth().change(call.body());
    return HttpResponse.ok(device.bandwidth().view());
  }

  private HttpResponse folders(Call call) {
    return HttpResponse.ok(device.engine().folders().stream().map(Views::folder).toList());
  }

  private HttpResponse addFolder(Call call) throws UserException, IOException {
    Path path = Path.of(call.required("path"));
    Path leaf = path.getFileName();
    String name = call.body().text("name").orElse(leaf == null ? "" : leaf.toString());
    return HttpResponse.ok(Views.folder(device.engine().addFolder(path, name)));
  }

  private HttpResponse removeFolder(Call call) throws UserException, IOException {
    boolean keepFiles = call.request().parameter("keepFiles").filter("true"::equals).isPresent();
    device.engine().removeFolder(call.names().getFirst(), keepFiles);
    return HttpResponse.ok(Views.object("removed", true));
  }

  private HttpResponse pause(Call call) throws UserException, IOException {
    device.engine().pauseFolder(call.names().getFirst());
    return HttpResponse.ok(Views.object("paused", true));
  }

  private HttpResponse resume(Call call) throws UserException, IOException {
    JsonObject body = call.body();
    device.engine().resumeFolder(call.names().getFirst(), resumption(body));
    return HttpResponse.ok(Views.object("paused", false));
  }

  private static Resumption resumption(JsonObject body) {
    boolean accept = body.flag("acceptDeletions");
    boolean restore = body.flag("restore");
    if (accept && restore) {
      throw new IllegalArgumentException("either 'acceptDeletions' or 'restore', not both");
    }
    return accept ? Resumption.ACCEPT_DELETIONS : restore ? Resumption.RESTORE : Resumption.PLAIN;
  }

  private HttpResponse removeMember(Call call) throws UserException, IOException {
    device.engine().removeMember(call.names().getFirst(), PeerId.parse(call.names().getLast()));
    return HttpResponse.ok(Views.object("removed", true));
  }

  private HttpResponse changeRole(Call call) throws UserException, IOException {
    Role role = Role.parse(call.required("role"));
    PeerId member = PeerId.parse(call.names().getLast());
    device.engine().changeRole(call.names().getFirst(), member, role);
    return HttpResponse.ok(Views.object("role", role));
  }

  private static HttpResponse join(JoinApi joins, Call call) throws UserException, IOException {
    String code = call.required("code");
    return call.body().flag("preview")
        ? joins.check(code)
        : joins.join(code, Path.of(call.required("path")));
  }

  private HttpResponse heal(Call call) throws UserException, IOException {
    device.engine().heal(call.names().getFirst(), PeerId.parse(call.names().getLast()));
    return HttpResponse.ok(Views.object("healed", true));
  }

  private HttpResponse peers(Call call) {
    return HttpResponse.ok(Views.peers(device.network().peers(), device.engine()));
  }

  private HttpResponse connect(Call call) throws IOException {
    Multiaddr address = Multiaddr.parse(call.required("address"));
    PeerId peer =
        address
            .peerId()
            .orElseThrow(
                () -> new IllegalArgumentException("the address must end in /p2p/<peer id>"));
    device.network().connect(peer, List.of(address), DIAL_TIME_MAX);
    return HttpResponse.ok(Views.object("peerId", peer));
  }

  private HttpResponse why(Call call) throws UserException, IOException {
    return HttpResponse.ok(device.engine().why(PastApi.path(call.request())));
  }

  private HttpResponse verify(Call call) throws UserException, IOException {
    return HttpResponse.ok(
        Views.verification(device.engine().verify(call.body().string("folder"))));
  }

  private HttpResponse ledger(Call call) throws UserException, IOException {
    OptionalLong limit =
        call.request().parameter("limit").stream().mapToLong(Long::parseLong).findFirst();
    return HttpResponse.ok(
        device.engine().ledger(call.names().getFirst(), limit).stream()
            .map(Views::ledgerRow)
            .toList());
  }

  private HttpResponse verifyLedger(Call call) throws UserException, IOException {
    return HttpResponse.ok(
        Views.verification(device.engine().verifyLedger(call.names().getFirst())));
  }

  private HttpResponse exportLedger(Call call) throws UserException, IOException {
    Stream<byte[]> entries = device.engine().exportLedger(call.names().getFirst());
    return new HttpResponse.Streamed(
        out -> {
          try (entries) {
            for (byte[] entry : (Iterable<byte[]>) entries::iterator) {
              out.write(entry);
            }
          }
        });
  }

  /// The last events as an array, or, over a WebSocket, one a message without end.
  private HttpResponse events(Call call) {
    if (WebSocket.isAskedBy(call.request())) return new HttpResponse.Upgrade(this::follow);
    return HttpResponse.ok(device.events().from(0).events().stream().map(Views::event).toList());
  }

  private void follow(WebSocket socket) throws IOException, InterruptedException {
    Thread sender = Thread.ofVirtual().name("events").start(() -> sendEvents(socket));
    try {
      while (socket.receive().isPresent()) {
        // a client has nothing to say here
      }
    } finally {
      sender.interrupt();
      sender.join();
    }
  }

  private void sendEvents(WebSocket socket) {
    try {
      long next = 0;
      while (true) {
        RecentEvents.Page page = device.events().awaitFrom(next);
        for (SyncEvent event : page.events()) {
          socket.send(Json.write(Views.event(event)));
        }
        next = page.next();
      }
    } catch (InterruptedException | IOException gone) {
      LOG.log(Level.DEBUG, "a reader of events went away", gone);
    }
  }
}
