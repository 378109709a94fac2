import { setTimeout as sleep } from 'node:timers/promises';
import { removeKeys } from '../../remove-keys.ts';
import { missingDeliveries } from '../backlog.ts';
import { type Fault, recoveryMsMax, redisUrlOf } from '../fault.ts';

const blowCount = 4;
const blowEveryMs = 700;

/** Every queue, job and schedule is deleted, several times, while the jobs run. */
export const queueDrop: Fault = {
  name: 'queue-drop',
  title: `All keys of the queue are deleted ${blowCount} times under load`,
  holdsMs: 0,
  recoveryMsMax,
  inject: async (scene) => {
    for (let blow = 0; blow < blowCount; blow += 1) {
      // BullMQ keeps its keys under the prefix in braces, admission its own without.
      const removedCount = await removeKeys(redisUrlOf(scene), `{${scene.stack.redisPrefix}}`);
      // Later there may be none yet: the worker looks after them once a second.
      if (blow === 0 && removedCount === 0) throw new Error('There was no queue to delete.');
      await sleep(blowEveryMs);
    }
  },
  heal: async () => {},
  alsoHolds: ({ stack }) => missingDeliveries(stack.databaseUrl),
};
