import { apiKill } from './api-kill.ts';
import type { Fault } from './fault.ts';
import { redisEmpty, redisEvict, redisKill, redisStop } from './redis-faults.ts';
import { queueDrop, workerKill } from './worker-faults.ts';

/** Every fault, in the order in which `--fault all` goes through them. */
export const faults: readonly Fault[] = [
  redisKill,
  redisEmpty,
  redisStop,
  redisEvict,
  apiKill,
  workerKill,
  queueDrop,
];
