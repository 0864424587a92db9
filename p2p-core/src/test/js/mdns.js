// A js-libp2p host that looks for peers by mDNS and says so: a line `js <peer id>` at the start, then
// `js-found <peer id> <addresses>` for each that it hears of. Ends with its stdin.
import { createNode } from './node.js' // first: it brings the shim
import { mdns } from '@libp2p/mdns'

// What mDNS itself says: the host tells of a peer once, and that may be one that has dialled it before.
function telling (components) {
  const discovery = mdns({ interval: 1000 })(components)
  discovery.addEventListener('peer', ({ detail }) => {
    console.log(`js-found ${detail.id} ${detail.multiaddrs.join(' ')}`)
  })
  return discovery
}

const node = await createNode({
  addresses: { listen: ['/ip4/0.0.0.0/tcp/0'] },
  peerDiscovery: [telling]
})
console.log(`js ${node.peerId}`)
process.stdin.resume()
process.stdin.on('close', () => process.exit(0))
