import { setTimeout as sleep } from 'node:timers/promises';
import { withOneRedis } from '../../redis.ts';
import { type Fault, recoveryAfterLossMsMax, redisUrlOf } from '../fault.ts';

const blowCount = 20;
const blowEveryMs = 100;

/** Redis forgets everything, several times, while it is being used. */
export const redisEmpty: Fault = {
  name: 'redis-empty',
  title: `Redis is emptied ${blowCount} times under load (FLUSHALL)`,
  holdsMs: 0,
  recoveryMsMax: recoveryAfterLossMsMax,
  inject: (scene) =>
    withOneRedis(redisUrlOf(scene), async (redis) => {
      for (let blow = 0; blow < blowCount; blow += 1) {
        const isFirst = blow === 0;
        if (isFirst && (await redis.dbsize()) === 0) throw new Error('Redis was empty before.');
        await redis.flushall();
        await sleep(blowEveryMs);
      }
    }),
  heal: async () => {},
};
