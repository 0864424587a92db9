import { gossipsub } from '@libp2p/gossipsub'

/** js-libp2p's gossipsub, but for its ids of messages: the specification's, so that IHAVE and IWANT match. */
export function specifiedGossipsub () {
  return gossipsub({
    msgIdFn: ({ from, sequenceNumber }) => {
      const number = Buffer.alloc(8)
      number.writeBigUInt64BE(sequenceNumber)
      return Buffer.concat([from.toMultihash().bytes, number])
    },
    // Everything here comes from one address, which js would take for an attack.
    scoreParams: { IPColocationFactorWeight: 0 }
  })
}

/** The commands of a test that concern gossip. Messages are text. */
export function gossipCommands (node, until) {
  const { pubsub } = node.services
  const heard = []
  pubsub.addEventListener('message', ({ detail }) => heard.push(detail))

  return {
    async subscribe (topic) {
      pubsub.subscribe(topic)
      return []
    },

    async unsubscribe (topic) {
      pubsub.unsubscribe(topic)
      return []
    },

    async publish (topic, text) {
      await pubsub.publish(topic, Buffer.from(text))
      return []
    },

    /** Waits for a message; answers who is said to have written it. */
    async heard (topic, text) {
      const wanted = it => it.topic === topic && Buffer.from(it.data).toString() === text
      const message = await until(() => heard.find(wanted), `'${text}'`)
      return [message.from]
    },

    /** Waits until a peer is subscribed to a topic. */
    async subscribed (topic, peer) {
      await until(() => pubsub.getSubscribers(topic).some(it => `${it}` === peer), `a subscription of ${peer}`)
      return []
    },

    /** Waits until a peer is in the mesh, or until it is not. */
    async mesh (topic, peer, wanted) {
      await until(() => `${pubsub.getMeshPeers(topic).includes(peer)}` === wanted, `${peer} in the mesh: ${wanted}`)
      return []
    },

    async score (peer) {
      return [pubsub.getScore(peer)]
    }
  }
}
