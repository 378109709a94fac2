import { createHash, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { redisFlavours } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { membersOf } from '../src/keys.ts';
import { admissionLimits } from '../src/limits.ts';
import { readScript, runScript } from '../src/script.ts';
import type { Settled, Settlement } from '../src/settle.ts';
import { leaseOf, look, openerOn, type Place, standing } from './fixture.ts';

// Admission alone stands between the crowd and the seats here: the ledger below sells to everybody
// who gets to it, so that whatever admission grants too much is sold too much.

const seatCount = 500;
const buyerCount = 40;
const attemptCountMax = 200;
/** So many noes in a row, and a buyer goes home. */
const patience = 20;
const delayMsMax = 6;
/** So many sales pass between the reading and the settling of a reconciliation, if so many come. */
const missedSaleCount = 5;
const pauseCountMax = 5;

function pause(): Promise<void> {
  return sleep(randomInt(delayMsMax));
}

/** What PostgreSQL would be, without its guards. */
class Ledger {
  version = 1;
  available: number;
  readonly #seats: number;

  constructor(seats = seatCount) {
    this.available = seats;
    this.#seats = seats;
  }

  async sell(quantity: number): Promise<void> {
    await pause();
    this.available -= quantity;
    this.version += 1;
  }

  read() {
    const { version, available } = this;
    return standing({ version, availableSeats: Math.max(0, available), quantityPerBookingMax: 4 });
  }

  /** Resolves when some more was sold since that version, or nothing was for a while. */
  async moved(version: number): Promise<void> {
    for (let count = 0; count < pauseCountMax; count += 1) {
      await pause();
      if (this.version >= version + missedSaleCount) return;
    }
  }

  get soldSeats(): number {
    return this.#seats - this.available;
  }
}

/** `sold`: it took seats. `no`: there are none. `later`: nobody can say yet. */
type Attempt = (ledger: Ledger, quantity: number) => Promise<'sold' | 'no' | 'later'>;

async function buy(ledger: Ledger, attempt: Attempt): Promise<void> {
  let noes = 0;
  for (let time = 0; time < attemptCountMax && noes < patience; time += 1) {
    // Whoever was refused tries for a single seat next.
    const answer = await attempt(ledger, noes > 0 ? 1 : randomInt(1, 4));
    noes = answer === 'no' ? noes + 1 : 0;
    if (answer !== 'sold') await pause();
  }
}

/** All buyers at once, and somebody who reconciles all the while. Says how often. */
async function sellOut(
  ledger: Ledger,
  attempt: Attempt,
  reconcile: () => Promise<void>,
): Promise<number> {
  const over = new AbortController();
  const buyers = Array.from({ length: buyerCount }, () => buy(ledger, attempt));
  const crowd = Promise.all(buyers).finally(() => over.abort());
  let times = 0;
  while (!over.signal.aborted) {
    await reconcile();
    times += 1;
  }
  await crowd;
  return times;
}

type Settle = (settlement: Settlement) => Promise<Settled>;

/** A buyer's way through admission: the lease, the sale, and what it left. */
function attemptBy({ admission, eventId }: Place, settle: Settle): Attempt {
  return async (ledger, quantity) => {
    const lease = leaseOf(quantity);
    const { verdicts, asOfMs } = await admission.admit(eventId, [lease]);
    if (verdicts[0] === 'sold_out') return 'no';
    if (verdicts[0] === 'undecided') {
      await settle({ standing: ledger.read(), asOfMs, leases: [] });
      return 'later';
    }
    await ledger.sell(quantity);
    await settle({ standing: ledger.read(), asOfMs, leases: [lease] });
    return 'sold';
  };
}

/** Reads, is slow, and settles what it read: by then many have bought. */
async function reconcileBy({ admission }: Place, ledger: Ledger, settle: Settle): Promise<void> {
  const asOfMs = await admission.now();
  const read = ledger.read();
  await ledger.moved(read.version);
  await settle({ standing: read, asOfMs, leases: [] });
}

/** The guide's admission (section 2), word for word but for the names of the keys. */
const guideAdmission = `
local available = tonumber(redis.call('GET', KEYS[1]) or 0)
local reserved = tonumber(redis.call('GET', KEYS[2]) or 0)

if available - reserved <= 0 then
    return 0  -- Reject
end

redis.call('INCR', KEYS[2])
redis.call('EXPIRE', KEYS[2], 30)
return 1  -- Admitted
`;

/** settle-2.lua, but that an older version counts as well. */
const versionless = readScript('settle-2').source.replace('version >= event.version', 'true');

describe.each(redisFlavours())('on $name, reconciling without a pause under load', (flavour) => {
  const open = openerOn(flavour);

  test('every seat is sold once, no seat is sold again, and nothing drifts', async () => {
    const place = await open();
    const ledger = new Ledger();
    let drift = 0;
    const settle: Settle = async (settlement) => {
      const settled = await place.admission.settle(place.eventId, settlement);
      drift += settled.drift;
      return settled;
    };
    const reconcile = () => reconcileBy(place, ledger, settle);
    const times = await sellOut(ledger, attemptBy(place, settle), reconcile);

    expect(times).toBeGreaterThan(10);
    expect(drift).toBe(0);
    expect(ledger.soldSeats).toBe(seatCount);
    expect(await look(place)).toMatchObject({ base: 0, leased: 0, leaseCount: 0 });
    expect((await look(place))?.version).toBe(ledger.version);
  });

  test("the guide's admission and reconciliation sell seats again", async () => {
    const { redis, prefix } = await open();
    const keys = [`${prefix}:{guide}:seats`, `${prefix}:{guide}:reserved`] as const;
    const [seatsKey, reservedKey] = keys;
    const ledger = new Ledger();
    await redis.set(seatsKey, ledger.available);
    const attempt: Attempt = async () => {
      const admitted = await redis.eval(guideAdmission, keys.length, ...keys);
      if (admitted === 0) return 'no';
      await ledger.sell(1);
      await redis.decr(reservedKey);
      await redis.decr(seatsKey);
      return 'sold';
    };
    const reconcile = async () => {
      const { available, version } = ledger;
      await ledger.moved(version);
      await redis.set(seatsKey, available);
    };
    await sellOut(ledger, attempt, reconcile);
    expect(ledger.soldSeats).toBeGreaterThan(seatCount);
  });

  test.each([
    { name: 'a late reconciliation sells no seat again', isVersionless: false, sold: 1 },
    { name: 'a settle that ignored versions would', isVersionless: true, sold: 2 },
  ])('$name', async ({ isVersionless, sold }) => {
    const place = await open();
    const ledger = new Ledger(1);
    const settle: Settle = isVersionless
      ? versionlessSettle(place)
      : (settlement) => place.admission.settle(place.eventId, settlement);
    const attempt = attemptBy(place, settle);
    const early = { standing: ledger.read(), asOfMs: await place.admission.now(), leases: [] };
    expect(await attempt(ledger, 1)).toBe('later');
    expect(await attempt(ledger, 1)).toBe('sold');
    await settle(early);
    await attempt(ledger, 1);
    expect(ledger.soldSeats).toBe(sold);
  });
});

function versionlessSettle({ redis, stateKey, leasesKey }: Place): Settle {
  const sha = createHash('sha1').update(versionless).digest('hex');
  const { lapsedCountMax, keyDurationMs, noDurationMaxMs } = admissionLimits;
  return async ({
    standing: { version, availableSeats, quantityPerBookingMax },
    asOfMs,
    leases,
  }) => {
    const numbers = [version, availableSeats, quantityPerBookingMax, asOfMs, noDurationMaxMs];
    const args = [lapsedCountMax, keyDurationMs, ...numbers, ...membersOf(leases, leases.length)];
    const script = { source: versionless, sha, keyCount: 2 };
    await runScript(redis, script, { keys: [stateKey, leasesKey], args });
    return { base: null, free: null, drift: 0, fenceCount: 0 };
  };
}
