import { type Fault, recoveryMsMax, redisOf } from '../fault.ts';

/** Redis keeps its connections and says nothing: worse than a dead one, for whoever waits. */
export const redisStop: Fault = {
  name: 'redis-stop',
  title: 'Redis is frozen, and goes on with all its data',
  holdsMs: 3_000,
  recoveryMsMax,
  inject: async (scene) => redisOf(scene).kill('SIGSTOP'),
  heal: async (scene) => redisOf(scene).kill('SIGCONT'),
};
