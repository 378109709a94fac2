import { Redis } from 'ioredis';

/** A server that does not answer within this is away. */
const answerTimeoutMs = 5_000;

/**
 * Connects to a Redis once for the time of `work`, and disconnects whatever happens. Throws the
 * reason, within seconds, where it cannot be reached or goes away: nothing is tried again.
 *
 * @example await withRedis(url, (redis) => redis.ping())
 */
export async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, {
    connectTimeout: answerTimeoutMs,
    commandTimeout: answerTimeoutMs,
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
  });
  // Why a connection failed is told here; commands only hear that it is closed.
  const reasons: Error[] = [];
  redis.on('error', (error: Error) => reasons.push(error));
  try {
    return await work(redis);
  } catch (error) {
    throw reasons[0] ?? error;
  } finally {
    redis.disconnect();
  }
}
