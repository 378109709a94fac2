import { setTimeout as sleep } from 'node:timers/promises';
import { removeKeys } from '../servers/redis.ts';
import { withDatabase } from '../servers/database.ts';
import { type Fault, recoveryMsMax, redisUrlOf, type Scene } from './fault.ts';

/** The worker dies in the middle of a sweep, a relay or a reconciliation. */
export const workerKill: Fault = {
  name: 'worker-kill',
  title: 'The worker is killed, and started again',
  holdsMs: 3_000,
  recoveryMsMax,
  inject: ({ stack }) => stack.worker.kill(),
  heal: ({ stack }) => stack.worker.restart(),
  alsoHolds: missingDeliveries,
};

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
  alsoHolds: missingDeliveries,
};

/** A hold and a change wait for the next job, at most a second, and for one that was lost. */
const backlogMsMax = 3_000;
const lookEveryMs = 100;

/**
 * Once nothing is booked any more, the worker must have swept every lapsed hold and relayed every
 * change within 3 s. Answers a sentence for each thing that it has not.
 */
function missingDeliveries({ stack }: Scene): Promise<readonly string[]> {
  return withDatabase({ url: stack.databaseUrl }, async ({ pool }) => {
    const deadline = performance.now() + backlogMsMax;
    for (;;) {
      const { rows } = await pool.query<{ readonly reason: string }>(backlog);
      if (rows.length === 0 || performance.now() > deadline) return rows.map((row) => row.reason);
      await sleep(lookEveryMs);
    }
  });
}

const within = `within ${backlogMsMax / 1_000} s`;

const backlog = `
  select format('Changes that were not relayed ${within}: %s.', count(*)) as reason
  from outbox where delivered_at is null having count(*) > 0
  union all
  select format('Lapsed holds that were not swept ${within}: %s.', count(*))
  from bookings where status = 'held' and expires_at < now() having count(*) > 0`;
