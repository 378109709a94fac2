import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { confirmed, soldOut } from './answers.ts';
import { inTransaction } from './in-transaction.ts';
import { type EventRow, insertBooking, selectEvent } from './statements.ts';
import type { Booker, Claim, Ground, Way } from './way.ts';

/**
 * The guide's section 2, "Admission Control": a counter in Redis lets as many in as there are seats,
 * then the event is read, changed and written back, and a job sets Redis from PostgreSQL every 10 s.
 *
 * It oversells. Two who have read the same number write the same number back, so the counter in
 * PostgreSQL falls behind the bookings; and the job then tells Redis of seats that are long gone. The
 * counter in Redis counts requests and not seats, is lowered in two steps between which others get
 * in, and forgets everybody after 30 s. The guide calls it safe; `claimsSafe` is false because its
 * audit is expected to fail, and the table says so.
 */
export const guideAdmission: Way = {
  name: 'guide_admission',
  title: "guide's admission",
  claimsSafe: false,
  server: { type: 'own', open: openGuideAdmission },
};

const admissionScript = `
local available = tonumber(redis.call('GET', KEYS[1]) or 0)
local reserved = tonumber(redis.call('GET', KEYS[2]) or 0)

if available - reserved <= 0 then
    return 0
end

redis.call('INCR', KEYS[2])
redis.call('EXPIRE', KEYS[2], 30)
return 1`;

const admissionSha = createHash('sha1').update(admissionScript).digest('hex');

const reconcileEveryMs = 10_000;

function openGuideAdmission(ground: Ground): Booker {
  const { redis, prefix } = ground;
  setInterval(() => void reconcile(ground), reconcileEveryMs).unref();
  return {
    async book(claim) {
      const seatsKey = `${prefix}seats:${claim.eventId}`;
      const reservedKey = `${prefix}reserved:${claim.eventId}`;
      const isAdmitted = await admit(redis, seatsKey, reservedKey);
      if (!isAdmitted) return soldOut;
      try {
        const isBooked = await readChangeWrite(ground, claim);
        await redis.decr(reservedKey);
        if (!isBooked) return soldOut;
        await redis.decr(seatsKey);
        return confirmed(claim);
      } catch (error) {
        await redis.decr(reservedKey);
        throw error;
      }
    },
    prepare: () => reconcile(ground),
  };
}

/** By its hash, as the guide's registered script; a Redis that does not know it yet is told it. */
async function admit(redis: Redis, ...keys: readonly [string, string]): Promise<boolean> {
  try {
    return (await redis.evalsha(admissionSha, keys.length, ...keys)) === 1;
  } catch (error) {
    if (!String(error).includes('NOSCRIPT')) throw error;
    return (await redis.eval(admissionScript, keys.length, ...keys)) === 1;
  }
}

/** `event.available_seats -= seats` and a commit: the ORM writes the number it has computed. */
function readChangeWrite({ pool }: Ground, claim: Claim): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const [event] = (await client.query<EventRow>(selectEvent(claim.eventId))).rows;
    if (event === undefined || event.available_seats < claim.quantity) {
      return { commit: false, result: false };
    }
    await client.query({
      name: 'bench_write_back',
      text: 'update events set available_seats = $2 where id = $1',
      values: [claim.eventId, event.available_seats - claim.quantity],
    });
    await client.query(insertBooking(claim));
    return { commit: true, result: true };
  });
}

async function reconcile({ pool, redis, prefix }: Ground): Promise<void> {
  const { rows } = await pool.query<{ id: string; available_seats: number }>(
    'select id, available_seats from events',
  );
  const pipeline = redis.pipeline();
  for (const event of rows) pipeline.set(`${prefix}seats:${event.id}`, event.available_seats);
  await pipeline.exec();
}
