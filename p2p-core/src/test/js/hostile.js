import { randomBytes } from 'node:crypto'
import { multiaddr } from '@multiformats/multiaddr'
import { send } from './streams.js'

// What js allows itself; what the peer allows is the question.
const ANY = { maxOutboundStreams: 1_000_000 }
const AT_ONCE = 50
const PATIENCE = 5_000

/** The commands of a test that breaks the customs of libp2p, by means of an implementation that keeps them. */
export function hostileCommands (node, connected) {
  const kept = []

  async function newStream (peer, protocol) {
    await node.unhandle(protocol) // or js keeps to the limits of its own handler
    return connected(peer).newStream(protocol, { ...ANY, signal: AbortSignal.timeout(PATIENCE) })
  }

  /** Answers how many of so many attempts succeeded, and why the last of the others did not. */
  async function attempt (count, one) {
    let succeeded = 0
    let why = ''
    for (let i = 0; i < count; i += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, count - i) }, (_, k) => one(i + k))
      for (const { status, reason } of await Promise.allSettled(some)) {
        if (status === 'fulfilled') succeeded++
        else why = reason.message
      }
    }
    return [succeeded, why]
  }

  return {
    /** Opens streams and leaves them alone. */
    hoard: (peer, protocol, count) =>
      attempt(Number(count), async () => { kept.push(await newStream(peer, protocol)) }),

    /** Opens streams and resets each at once. */
    churn: (peer, protocol, count) =>
      attempt(Number(count), async () => { (await newStream(peer, protocol)).abort(new Error('changed my mind')) }),

    /** Connects and leaves. */
    storm: (address, count) =>
      attempt(Number(count), async () => {
        const connection = await node.dial(multiaddr(address), { force: true, signal: AbortSignal.timeout(PATIENCE) })
        connection.abort(new Error('gone again'))
      }),

    /** Asks for all that the peer has to say and reads none of it. */
    deaf: (peer, protocol, count) =>
      attempt(Number(count), async () => {
        const stream = await newStream(peer, protocol)
        stream.pause()
        kept.push(stream)
      }),

    /** Sends bytes that mean nothing, in as many streams. */
    garbage: (peer, protocol, count, bytes) =>
      attempt(Number(count), async () => {
        const stream = await newStream(peer, protocol)
        await Promise.race([send(stream, randomBytes(Number(bytes))), ended(stream)])
        stream.abort(new Error('enough'))
      }),

    /** Announces a message of 2 GiB. Answers how many such streams the peer has ended. */
    boast: (peer, protocol, count) =>
      attempt(Number(count), async () => {
        const stream = await newStream(peer, protocol)
        const end = ended(stream)
        stream.send(Buffer.from([0x80, 0x80, 0x80, 0x80, 0x08, 1, 2, 3]))
        await end
      })
  }
}

/** Resolves when the peer ends or resets a stream. */
function ended (stream) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it stays open')), PATIENCE)
    for (const event of ['remoteCloseWrite', 'end', 'close']) {
      stream.addEventListener(event, () => { clearTimeout(timer); resolve() })
    }
  })
}
