package lockstep.p2p.gossip;

import java.util.List;

/// What one peer says to another in one go. Wire notes, section 6.
record Rpc(
    List<Subscription> subscriptions,
    List<AllegedMessage> messages,
    List<IHave> ihaves,
    List<IWant> iwants,
    List<Graft> grafts,
    List<Prune> prunes) {

  /// Whether the sender is in a topic, from now on.
  record Subscription(String topic, boolean subscribed) {}

  /// The sender has these messages of a topic.
  record IHave(String topic, List<MessageId> ids) {
    IHave {
      ids = List.copyOf(ids);
    }
  }

  /// The sender wants these messages.
  record IWant(List<MessageId> ids) {
    IWant {
      ids = List.copyOf(ids);
    }
  }

  /// The sender takes the receiver into its mesh.
  record Graft(String topic) {}

  /// The sender takes the receiver out of its mesh, or does not take it in.
  ///
  /// @param backoffSeconds how long the receiver is not to graft it again; 0: it does not say
  record Prune(String topic, long backoffSeconds) {}

  Rpc {
    subscriptions = List.copyOf(subscriptions);
    messages = List.copyOf(messages);
    ihaves = List.copyOf(ihaves);
    iwants = List.copyOf(iwants);
    grafts = List.copyOf(grafts);
    prunes = List.copyOf(prunes);
  }

  /// The same without what costs nobody anything if it is not said.
  Rpc withoutGossip() {
    return new Rpc(subscriptions, messages, List.of(), List.of(), grafts, prunes);
  }

  /// Only what the peer must know to stay of one mind with this device.
  Rpc controlOnly() {
    return new Rpc(subscriptions, List.of(), List.of(), List.of(), grafts, prunes);
  }

  boolean isEmpty() {
    return subscriptions.isEmpty()
        && messages.isEmpty()
        && ihaves.isEmpty()
        && iwants.isEmpty()
        && grafts.isEmpty()
        && prunes.isEmpty();
  }
}
