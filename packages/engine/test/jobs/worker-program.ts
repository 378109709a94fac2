import { openHoldfastWorker } from '../../src/worker.ts';

/** A worker in a process of its own, for tests that kill it: `worker-program.ts DATABASE_URL REDIS_URL PREFIX`. */
const [databaseUrl = '', redisUrl = '', redisPrefix = ''] = process.argv.slice(2);
await openHoldfastWorker({ databaseUrl, redisUrl, redisPrefix });
