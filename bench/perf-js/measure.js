// Drives two peers of each kind by the line protocol of peer.js and prints a table. See `run`.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const MIB = 1 << 20
const mib = Number(process.argv[2] ?? 512)
const rounds = Number(process.argv[3] ?? 5)

/** Starts a peer; it ends with its stdin, hence at the latest with this process. */
async function start (name, command, parameters, directory) {
  const child = spawn(command, parameters, { cwd: directory, stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  async function call (...fields) {
    child.stdin.write(fields.join('\t') + '\n')
    const { value, done } = await lines.next()
    const [status, ...answer] = done ? ['error', 'the process has ended'] : value.split('\t')
    if (status !== 'ok') throw new Error(`${name}, ${fields.join(' ')}: ${answer}`)
    return answer
  }
  const [address] = await call('address')
  return { name, pid: child.pid, call, address, id: address.split('/p2p/')[1], end: () => child.stdin.end() }
}

const js = () => start('js-libp2p', 'node', ['peer.js'], 'bench/perf-js/target')
const lockstep = () => start('Lockstep', process.env.LOCKSTEP_JAVA,
  ['-cp', process.env.LOCKSTEP_CLASSES, 'bench/perf-js/PerfPeer.java'])

/** CPU seconds that a process has used; Linux only. */
function cpuSeconds (pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return NaN
  }
}

const clients = [await js(), await lockstep()]
const servers = [await js(), await lockstep()]
const results = []
for (const client of clients) {
  for (const server of servers) {
    await client.call('dial', server.address)
    for (const direction of ['download', 'upload']) {
      results.push({ client, server, direction, seconds: [], clientCpu: 0, serverCpu: 0 })
    }
  }
}

for (let round = -1; round < rounds; round++) { // round -1 warms up
  for (const result of results) {
    const { client, server, direction } = result
    const amounts = direction === 'upload' ? [mib * MIB, 0] : [0, mib * MIB]
    const before = [cpuSeconds(client.pid), cpuSeconds(server.pid)]
    const [seconds] = await client.call('perf', server.id, ...amounts)
    if (round < 0) continue
    result.seconds.push(Number(seconds))
    result.clientCpu += cpuSeconds(client.pid) - before[0]
    result.serverCpu += cpuSeconds(server.pid) - before[1]
  }
}

const median = values => values.toSorted((a, b) => a - b)[values.length >> 1]
console.log(`/perf/1.0.0, one stream, ${mib} MiB, median of ${rounds} rounds; CPU in seconds per GiB\n`)
console.log('| client | server | direction | MB/s | ratio to js | client CPU | server CPU |')
console.log('|---|---|---|---:|---:|---:|---:|')
for (const { client, server, direction, seconds, clientCpu, serverCpu } of results) {
  const yardstick = results.find(r => r.direction === direction)
  const gib = rounds * mib / 1024
  const row = [client.name, server.name, direction,
    (mib * MIB / 1e6 / median(seconds)).toFixed(0),
    (median(yardstick.seconds) / median(seconds)).toFixed(2),
    (clientCpu / gib).toFixed(2), (serverCpu / gib).toFixed(2)]
  console.log(`| ${row.join(' | ')} |`)
}
for (const peer of [...clients, ...servers]) peer.end()
