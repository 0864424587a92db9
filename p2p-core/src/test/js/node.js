import './shim.js'
import { identify, identifyPush } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'

/** A stock js-libp2p host on a free loopback port (unless told otherwise): TCP, Noise, yamux, identify, ping. */
export function createNode (options = {}, services = {}) {
  return createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // Everything here comes from one address, which js would take for an attack.
    connectionManager: { inboundConnectionThreshold: Infinity },
    services: { identify: identify(), identifyPush: identifyPush(), ping: ping(), ...services },
    ...options
  })
}
