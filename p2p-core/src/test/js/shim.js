// js-libp2p uses Promise.withResolvers, which Node 20 lacks. Import this before libp2p.
Promise.withResolvers ??= function () {
  let resolve, reject
  const promise = new this((ok, no) => { resolve = ok; reject = no })
  return { promise, resolve, reject }
}
