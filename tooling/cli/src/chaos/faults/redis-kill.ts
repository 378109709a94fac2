import { type Fault, recoveryAfterLossMsMax, redisOf } from '../fault.ts';

/** Redis dies, and comes back without its data. */
export const redisKill: Fault = {
  name: 'redis-kill',
  title: 'Redis is killed, and comes back empty',
  holdsMs: 3_000,
  recoveryMsMax: recoveryAfterLossMsMax,
  inject: async (scene) => redisOf(scene).kill('SIGKILL'),
  heal: (scene) => redisOf(scene).restart(),
};
