package lockstep.p2p.gossip;

import java.util.ArrayList;
import java.util.List;

/// An [Rpc] while it is put together.
final class RpcDraft {
  final List<Rpc.Subscription> subscriptions = new ArrayList<>();
  final List<AllegedMessage> messages = new ArrayList<>();
  final List<Rpc.IHave> ihaves = new ArrayList<>();
  final List<Rpc.IWant> iwants = new ArrayList<>();
  final List<Rpc.Graft> grafts = new ArrayList<>();
  final List<Rpc.Prune> prunes = new ArrayList<>();

  Rpc rpc() {
    return new Rpc(subscriptions, messages, ihaves, iwants, grafts, prunes);
  }
}
