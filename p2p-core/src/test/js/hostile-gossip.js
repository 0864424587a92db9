import { randomBytes } from 'node:crypto'

const PATIENCE = 5_000
const MINUTE = 60

/** The commands of a test that breaks the customs of gossipsub, by means of an implementation that keeps them. */
export function hostileGossipCommands (node, connected) {
  const { pubsub } = node.services
  let topics = 0

  /** What each abuse says over and over: RPCs for js to encode, or bytes that js would not make. */
  const abuses = {
    /** Has a thousand messages that there are not. */
    IHAVE: topic => [control({ ihave: [{ topicID: topic, messageIDs: ids(1_000) }] })],

    /** Asks for a thousand messages. */
    IWANT: () => [control({ iwant: [{ messageIDs: ids(1_000) }] })],

    /** Asks again and again for one that there is. */
    IWANT_ONE: (topic, told) => [control({ iwant: [{ messageIDs: [idOf(told)] }] })],

    /** Leaves the mesh and wants in again, at once. */
    GRAFT: topic => [
      control({ prune: [{ topicID: topic, peers: [], backoff: MINUTE }] }),
      control({ graft: [{ topicID: topic }] })
    ],

    /** Lets another say what it did not say. */
    FORGED: (topic, _, victim) => [messages({
      from: Buffer.from(victim, 'hex'),
      data: Buffer.from('forged'),
      seqno: randomBytes(8),
      topic,
      signature: randomBytes(64)
    })],

    /** Says what the topic does not allow, and says truly that it said that. */
    REJECTED: (_, told) => [messages(told)],

    /** Says one thing over and over. */
    REPLAYED: (_, told) => [messages(told)],

    /** Speaks of topics that nobody is in, and is in a thousand of them. */
    TOPICS: () => {
      const names = Array.from({ length: 1_000 }, () => `topic ${topics++}`)
      const said = names.map(topic => ({ topic, data: Buffer.from('nothing'), seqno: randomBytes(8) }))
      return [
        { subscriptions: names.map(topic => ({ subscribe: true, topic })), messages: said },
        control({ graft: names.map(topicID => ({ topicID })) })
      ]
    },

    /** Half a million elements with nothing in them, which fit into a megabyte. */
    EMPTY: () => {
      const elements = Buffer.alloc(1 << 20, Buffer.from([0x0a, 0]))
      return [Buffer.concat([Buffer.from([0x1a]), varint(elements.length - 8), elements.subarray(8)])]
    },

    /** Larger than an RPC may be. */
    GIANT: () => [Buffer.alloc(2 << 20)],

    /** No RPC at all. */
    GARBAGE: () => [Buffer.from([0x0a, 0x7f, 1, 2, 3])]
  }

  /** The last message that this node has published, as js keeps it for those who ask. */
  function lastPublished () {
    return [...pubsub.mcache.msgs.values()].at(-1)?.message
  }

  /** The stream that js talks on to a peer, another one if the peer has ended the last. */
  async function stream (peer) {
    if (!pubsub.streamsOutbound.has(peer)) {
      const connection = connected(peer)
      await pubsub.createOutboundStream(connection.remotePeer, connection)
    }
    return pubsub.streamsOutbound.get(peer)
  }

  async function say (peer, rpc) {
    try {
      const open = await stream(peer)
      if (open == null) return false
      if (rpc instanceof Uint8Array) {
        const end = closed(open.rawStream)
        open.push(rpc)
        await end
        return true
      }
      if (!pubsub.sendRpc(peer, rpc)) return false
      // js itself would let its buffer grow
      if (open.rawStream.writableNeedsDrain) await open.rawStream.onDrain({ signal: AbortSignal.timeout(PATIENCE) })
      return true
    } catch {
      return false // the peer has had enough of it
    }
  }

  return {
    /** Abuses a peer so many times; answers how often the peer may have taken it. */
    async abuse (peer, what, topic, times, victim) {
      const text = what === 'REJECTED' ? 'spam' : 'said once, at length '.repeat(50)
      await pubsub.publish(topic, Buffer.from(text))
      const told = lastPublished()
      let said = 0
      for (let i = 0; i < Number(times); i++) {
        for (const rpc of abuses[what](topic, told, victim)) {
          if (await say(peer, rpc)) said++
        }
      }
      return [said]
    }
  }
}

/** Resolves when the peer has had enough of a stream. */
function closed (stream) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it stays open')), PATIENCE)
    stream.addEventListener('close', () => { clearTimeout(timer); resolve() }, { once: true })
  })
}

function control (said) {
  return messagesAnd([], { ihave: [], iwant: [], graft: [], prune: [], idontwant: [], ...said })
}

function messages (...said) {
  return messagesAnd(said)
}

function messagesAnd (said, control) {
  return { subscriptions: [], messages: said, control }
}

function ids (count) {
  return Array.from({ length: count }, () => randomBytes(46))
}

function idOf ({ from, seqno }) {
  return Buffer.concat([from, seqno])
}

function varint (number) {
  const bytes = []
  for (let left = number; ; left >>>= 7) {
    if (left < 0x80) return Buffer.from([...bytes, left])
    bytes.push((left & 0x7f) | 0x80)
  }
}
