import type { Fault } from '../fault.ts';
import { apiKill } from './api-kill.ts';
import { queueDrop } from './queue-drop.ts';
import { redisEmpty } from './redis-empty.ts';
import { redisEvict } from './redis-evict.ts';
import { redisKill } from './redis-kill.ts';
import { redisStop } from './redis-stop.ts';
import { workerKill } from './worker-kill.ts';

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
