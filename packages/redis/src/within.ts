import { setImmediate, setTimeout } from 'node:timers';

/** No answer came in time. */
class TimedOut extends Error {
  override readonly name = 'TimedOut';

  constructor(timeoutMs: number) {
    super(`No answer within ${timeoutMs} ms.`);
  }
}

/**
 * What `call` gives, or an error after `timeoutMs`. The call itself is not ended, and its late answer
 * or failure is dropped.
 *
 * When the time is up, sockets are read once more. A process that was itself busy for longer than
 * that finds the answer waiting there, and the server is not to blame. cockatiel's timeout would fail
 * the call all the same.
 *
 * @example await within(500, () => redis.get('key'))
 */
export async function within<T>(timeoutMs: number, call: () => Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(
    () => setImmediate(() => reject(new TimedOut(timeoutMs))),
    timeoutMs,
  ).unref();
  try {
    // Within `try`, since ioredis throws at once where it knows no node of a cluster yet.
    call().then(resolve, reject);
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
