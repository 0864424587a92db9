package lockstep.lease;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import lockstep.base.PeerId;

/// Collects the effects of one input, in their order.
final class Outbox {
  private final Function<LeaseMessage, SignedMessage> seal;
  private List<Effect> effects = new ArrayList<>();

  Outbox(Function<LeaseMessage, SignedMessage> seal) {
    this.seal = seal;
  }

  SignedMessage seal(LeaseMessage message) {
    return seal.apply(message);
  }

  void add(Effect effect) {
    effects.add(effect);
  }

  void persist(Slot slot) {
    add(new Effect.Persist(slot.kept()));
  }

  void send(PeerId to, LeaseMessage message) {
    add(new Effect.Send(to, seal(message)));
  }

  void broadcast(SignedMessage message) {
    add(new Effect.Broadcast(message));
  }

  void tell(Notice notice) {
    add(new Effect.Tell(notice));
  }

  void refused(PeerId sender, String why) {
    add(new Effect.Refused(sender, why));
  }

  List<Effect> drain() {
    List<Effect> drained = List.copyOf(effects);
    effects = new ArrayList<>();
    return drained;
  }
}
