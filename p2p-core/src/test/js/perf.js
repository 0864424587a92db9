import { readAll, send, sendMany } from './streams.js'

export const PERF = '/perf/1.0.0'

const zeros = new Uint8Array(64 * 1024)
const zeroPart = n => zeros.subarray(0, n)

/** The listener's side of /perf/1.0.0: u64 wanted, any upload, half-close; then the bytes wanted. */
export async function servePerf (stream) {
  const header = []
  await readAll(stream, part => { if (header.length < 8) header.push(...part.subarray(0, 8 - header.length)) })
  await sendMany(stream, Number(Buffer.from(header).readBigUInt64BE()), zeroPart)
  await stream.close()
}

/** The opener's side; resolves with the seconds taken, from the first byte to the last. */
export async function measurePerf (connection, upload, download) {
  const start = performance.now()
  const stream = await connection.newStream(PERF)
  let received = 0
  const done = readAll(stream, part => { received += part.length })
  const header = Buffer.alloc(8)
  header.writeBigUInt64BE(BigInt(download))
  await send(stream, header)
  await sendMany(stream, upload, zeroPart)
  await stream.close()
  await done
  if (received !== download) throw new Error(`asked for ${download} bytes, got ${received}`)
  return (performance.now() - start) / 1000
}
