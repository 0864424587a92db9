import { createHash } from 'node:crypto'

const PART = 64 * 1024

/**
 * Hands every part that arrives to `take`; resolves at the peer's half-close, rejects on a reset.
 * (The async iterator of js streams never ends if the half-close came before it was started.)
 */
export function readAll (stream, take) {
  return new Promise((resolve, reject) => {
    const end = () => ['aborted', 'reset'].includes(stream.status)
      ? reject(new Error(`stream was ${stream.status}`))
      : resolve()
    stream.addEventListener('end', end)
    stream.addEventListener('close', event => { if (event.error != null) reject(event.error) })
    stream.addEventListener('message', ({ data }) => { for (const part of data) take(part) })
    if (stream.readableEnded) end()
  })
}

/** Sends one part and waits while the peer grants no window. */
export async function send (stream, part) {
  if (!stream.send(part)) await stream.onDrain()
}

/** Sends `count` bytes made by `make(n)`, the last part shorter if need be. */
export async function sendMany (stream, count, make) {
  for (let left = count; left > 0;) {
    const part = make(Math.min(left, PART))
    await send(stream, part)
    left -= part.length
  }
}

/** Sends back all that comes, until the peer half-closes; then half-closes too. */
export async function echo (stream) {
  let sending = Promise.resolve()
  await readAll(stream, part => { sending = sending.then(() => send(stream, part)) })
  await sending
  await stream.close()
}

/** Says nothing before the peer has half-closed; then answers the SHA-256 of what it sent. */
export async function digest (stream) {
  const hash = createHash('sha256')
  await readAll(stream, part => hash.update(part))
  await send(stream, hash.digest())
  await stream.close()
}
