// A js-libp2p host that a test drives: one command a line on stdin, one answer a line on stdout,
// `ok` or `error` and then fields, all parted by tabs. Ends with its stdin, hence with the test.
import { createHash, randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { createNode } from './node.js' // first: it brings the shim
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { dcutr } from '@libp2p/dcutr'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { gossipCommands, specifiedGossipsub } from './gossip.js'
import { hostileCommands } from './hostile.js'
import { hostileGossipCommands } from './hostile-gossip.js'
import { measurePerf, PERF, servePerf } from './perf.js'
import { digest, echo, readAll, send, sendMany } from './streams.js'

const ECHO = '/interop/echo/1.0.0'
const DIGEST = '/interop/digest/1.0.0'
const RESET = '/interop/reset/1.0.0'
// What comes through a relay is limited for js, which wants to be told that this is fine.
const STREAMS = { maxInboundStreams: 1000, maxOutboundStreams: 1000, runOnLimitedConnection: true }

const node = await createNode(
  { transports: [tcp(), circuitRelayTransport()] },
  { pubsub: specifiedGossipsub(), relay: circuitRelayServer(), dcutr: dcutr() }
)
const identified = new Map()
node.addEventListener('peer:identify', ({ detail }) => identified.set(`${detail.peerId}`, detail))
await node.handle(ECHO, stream => echo(stream).catch(() => {}), STREAMS)
await node.handle(DIGEST, stream => digest(stream).catch(() => {}), STREAMS)
await node.handle(RESET, async stream => { await send(stream, Buffer.of(1)); stream.abort(new Error('as asked')) })
await node.handle(PERF, stream => servePerf(stream).catch(() => {}), STREAMS)

const commands = {
  ...gossipCommands(node, until),
  ...hostileCommands(node, connected),
  ...hostileGossipCommands(node, connected),

  async address () {
    return [node.getMultiaddrs()[0]]
  },

  async dial (address) {
    const connection = await node.dial(multiaddr(address))
    return [connection.remotePeer, connection.encryption, connection.multiplexer]
  },

  /** Has a relay promise to pass others on; answers where js is reached so. */
  async reserve (relay) {
    await node.components.transportManager.listen([multiaddr(`${relay}/p2p-circuit`)])
    const through = () => node.getMultiaddrs().find(address => `${address}`.startsWith(`${relay}/p2p-circuit`))
    return [await until(through, 'an address through the relay')]
  },

  async identify (peer) {
    const { agentVersion, protocolVersion, protocols, listenAddrs, observedAddr, signedPeerRecord } =
      await until(() => identified.get(peer), 'identify')
    return [agentVersion, protocolVersion, protocols.join(' '), listenAddrs.join(' '), observedAddr,
      signedPeerRecord?.addresses.join(' ')]
  },

  /** What js believes after all identify messages so far, pushes included. */
  async speaks (peer, protocol) {
    const known = async () => (await node.peerStore.get(connected(peer).remotePeer)).protocols
    await until(async () => (await known()).includes(protocol), `${protocol} in the peer store`)
    return []
  },

  /** A new handler of ours: js pushes its new protocol list. */
  async handle (protocol) {
    await node.handle(protocol, echo)
    return []
  },

  async ping (peer) {
    return [await node.services.ping.ping(connected(peer).remotePeer)]
  },

  async echo (peer, bytes) {
    await checkEcho(connected(peer), Number(bytes))
    return [bytes]
  },

  async echoes (peer, count, bytes) {
    const one = () => checkEcho(connected(peer), Number(bytes))
    await Promise.all(Array.from({ length: Number(count) }, one))
    return [count]
  },

  async digest (peer, bytes) {
    const stream = await connected(peer).newStream(DIGEST)
    const answer = []
    const done = readAll(stream, part => answer.push(...part))
    const hash = createHash('sha256')
    await sendMany(stream, Number(bytes), n => randomPart(n, hash))
    if (answer.length > 0) throw new Error('the answer came before the half-close')
    await stream.close()
    await done
    expectEqual(Buffer.from(answer).toString('hex'), hash.digest('hex'), 'digest')
    return []
  },

  /** Opens a stream that the peer resets after one byte; answers how it ended here. */
  async reset (peer) {
    const stream = await connected(peer).newStream(RESET)
    await send(stream, Buffer.of(1))
    return [await readAll(stream, () => {}).then(() => 'ended', () => 'reset')]
  },

  async open (peer, protocol) {
    (await connected(peer).newStream(protocol)).abort(new Error('opened only to see whether it opens'))
    return []
  },

  async perf (peer, upload, download) {
    return [await measurePerf(connected(peer), Number(upload), Number(download))]
  },

  async hangup (peer) {
    await connected(peer).close()
    return []
  },

  /** Waits until the last connection is gone. */
  async alone () {
    await until(() => node.getConnections().length === 0, 'the end of all connections')
    return []
  }
}

function connected (peer) {
  const connection = node.getConnections().find(c => `${c.remotePeer}` === peer && c.status === 'open')
  if (connection == null) throw new Error(`no connection to ${peer}`)
  return connection
}

/** Echoes random bytes and half-closes as soon as the last is written; all must come back. */
async function checkEcho (connection, bytes) {
  const stream = await connection.newStream(ECHO, STREAMS)
  const sent = createHash('sha256')
  const received = createHash('sha256')
  let count = 0
  const done = readAll(stream, part => { received.update(part); count += part.length })
  await sendMany(stream, bytes, n => randomPart(n, sent))
  await stream.close()
  await done
  expectEqual(count, bytes, 'echoed bytes')
  expectEqual(received.digest('hex'), sent.digest('hex'), 'SHA-256 of the echo')
}

function randomPart (length, hash) {
  const part = randomBytes(length)
  hash.update(part)
  return part
}

function expectEqual (actual, expected, what) {
  if (actual !== expected) throw new Error(`${what}: ${actual} instead of ${expected}`)
}

async function until (value, what) {
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    const found = await value()
    if (found) return found
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  throw new Error(`waited 10 s for ${what}`)
}

function say (...fields) {
  process.stdout.write(fields.map(field => `${field ?? ''}`.replace(/\s+/g, ' ')).join('\t') + '\n')
}

const lines = createInterface({ input: process.stdin })
lines.on('close', () => process.exit(0)) // at once, whatever is still going on
for await (const line of lines) {
  const [name, ...parameters] = line.split('\t')
  try {
    say('ok', ...await commands[name](...parameters))
  } catch (error) {
    say('error', error.stack)
  }
}
