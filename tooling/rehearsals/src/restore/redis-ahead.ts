import { setTimeout as sleep } from 'node:timers/promises';
import { type Stack, type Stage, withAdmission, withDatabase } from '@holdfast/cli/parts';
import { findEvent } from '@holdfast/data';
import { createHoldfastClient } from '@holdfast/client';

const lookEveryMs = 100;

/** How many of the events Redis knows at a version that PostgreSQL does not have. */
export async function countAhead(stack: Stack, { all }: Stage): Promise<number> {
  const { redisUrl, redisPrefix: prefix, databaseUrl: url } = stack;
  if (redisUrl === null) throw new Error('There is no Redis.');
  const ids = all.map(({ eventId }) => eventId);
  const known = await withAdmission({ redisUrl, prefix }, (admission) => admission.inspect(ids));
  return await withDatabase({ url }, async (database) => {
    const events = await Promise.all(ids.map((id) => findEvent(database, id)));
    const isAhead = events.map((event, index) => {
      const standing = known.get(ids[index] ?? '') ?? null;
      return event !== null && standing !== null && standing.version > event.version;
    });
    return isAhead.filter(Boolean).length;
  });
}

/** How many of the events an api shows with other seats than PostgreSQL has. */
export async function countShownWrong(stack: Stack, { all }: Stage): Promise<number> {
  const wrong = await Promise.all(
    stack.urls.flatMap((url) => {
      const { event } = createHoldfastClient({ url });
      return all.map(async ({ eventId }) => {
        const { availableSeats } = await event.get({ eventId });
        const now = await withDatabase({ url: stack.databaseUrl }, (database) =>
          findEvent(database, eventId),
        );
        return availableSeats !== now?.capacity.available;
      });
    }),
  );
  return wrong.filter(Boolean).length;
}

/** Waits until a count is 0, so long at most. Answers what it took, or `null`. */
export async function untilNone(
  count: () => Promise<number>,
  withinMs: number,
): Promise<number | null> {
  const beganAt = performance.now();
  for (;;) {
    if ((await count()) === 0) return Math.round(performance.now() - beganAt);
    if (performance.now() - beganAt > withinMs) return null;
    await sleep(lookEveryMs);
  }
}
