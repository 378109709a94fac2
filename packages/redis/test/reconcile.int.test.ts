import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { redisFlavours } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { look, openerOn, type Place, standing } from './fixture.ts';

// The ledger stands for PostgreSQL: it grants, and Redis may only refuse. In the guide's way Redis
// grants, and whatever it grants too much is sold too much.

const seatCount = 500;
const buyerCount = 40;
const attemptCountMax = 200;
/** So many noes in a row, and a buyer goes home. */
const patience = 20;
/** One sale of so many is given back at once. */
const returnEvery = 10;
const delayMsMax = 6;
/** So many sales pass between the reading and the settling of a reconciliation, if so many come. */
const missedSaleCount = 5;
const pauseCountMax = 5;

function pause(): Promise<void> {
  return sleep(randomInt(delayMsMax));
}

/** How many seats were free at which version. */
class Ledger {
  /** By version: what was free when it was committed. */
  readonly #available = [seatCount];

  get version(): number {
    return this.#available.length;
  }

  get available(): number {
    return this.#available.at(-1) ?? 0;
  }

  get soldSeats(): number {
    return seatCount - this.available;
  }

  /** Adds so many seats, or takes them, whether or not there are any. */
  change(quantity: number): void {
    this.#available.push(this.available + quantity);
  }

  read() {
    const { version, available } = this;
    return standing({ version, availableSeats: Math.max(0, available) });
  }

  /** Were so many seats free from that version until now? */
  wasFree(quantity: number, sinceVersion: number): boolean {
    return this.#available.slice(sinceVersion - 1).every((available) => available >= quantity);
  }

  /** Resolves when some more was sold since that version, or nothing was for a while. */
  async moved(version: number): Promise<void> {
    for (let count = 0; count < pauseCountMax; count += 1) {
      await pause();
      if (this.version >= version + missedSaleCount) return;
    }
  }
}

/** `no`: Redis said so. `later`: PostgreSQL did. */
type Attempt = (quantity: number) => Promise<'sold' | 'no' | 'later'>;

async function buy(attempt: Attempt): Promise<void> {
  let noes = 0;
  for (let time = 0; time < attemptCountMax && noes < patience; time += 1) {
    // Whoever was refused tries for a single seat next.
    const answer = await attempt(noes > 0 ? 1 : randomInt(1, 4));
    noes = answer === 'no' ? noes + 1 : 0;
    if (answer !== 'sold') await pause();
  }
}

/** All buyers at once, and somebody who reconciles all the while. Says how often. */
async function sellOut(attempt: Attempt, reconcile: () => Promise<void>): Promise<number> {
  const over = new AbortController();
  const buyers = Array.from({ length: buyerCount }, () => buy(attempt));
  const crowd = Promise.all(buyers).finally(() => over.abort());
  let times = 0;
  while (!over.signal.aborted) {
    await reconcile();
    times += 1;
  }
  await crowd;
  return times;
}

/** An event, its ledger, and what went wrong between them. */
class Sale {
  readonly ledger = new Ledger();
  drift = 0;
  noCount = 0;
  falseNoCount = 0;
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  async attempt(quantity: number): ReturnType<Attempt> {
    const { ledger } = this;
    const { version } = ledger;
    const { asOfMs, free, certainty } = await this.#ask(null);
    if (certainty === 'certain' && free !== null && quantity > free) {
      this.noCount += 1;
      if (ledger.wasFree(quantity, version)) this.falseNoCount += 1;
      return 'no';
    }
    const isSold = await this.#commit(-quantity);
    await this.#settle(asOfMs);
    if (isSold && randomInt(returnEvery) === 0) await this.#giveBack(quantity);
    return isSold ? 'sold' : 'later';
  }

  /** Reads, is slow, and settles what it read: by then many have bought. */
  async reconcile(): Promise<void> {
    const asOfMs = await this.#place.admission.now();
    const read = this.ledger.read();
    await this.ledger.moved(read.version);
    await this.#settle(asOfMs, read);
  }

  async #giveBack(quantity: number): Promise<void> {
    const fence = randomUUID();
    const { asOfMs } = await this.#ask(fence);
    await this.#commit(quantity);
    const settlement = { standing: this.ledger.read(), asOfMs, fence };
    await pause();
    const { drift } = await this.#place.admission.settle(this.#place.eventId, settlement);
    this.drift += drift;
  }

  #ask(fence: string | null) {
    return this.#place.admission.ask(this.#place.eventId, fence);
  }

  async #commit(quantity: number): Promise<boolean> {
    await pause();
    if (this.ledger.available + quantity < 0) return false;
    this.ledger.change(quantity);
    return true;
  }

  async #settle(asOfMs: number, read = this.ledger.read()): Promise<void> {
    const settlement = { standing: read, asOfMs, fence: null };
    const { drift } = await this.#place.admission.settle(this.#place.eventId, settlement);
    this.drift += drift;
  }
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

describe.each(redisFlavours())('on $name, reconciling without a pause under load', (flavour) => {
  const open = openerOn(flavour);

  test('every seat is sold once, nobody is refused a free one, and nothing drifts', async () => {
    const place = await open();
    const sale = new Sale(place);
    const times = await sellOut(
      (quantity) => sale.attempt(quantity),
      () => sale.reconcile(),
    );
    const { drift, falseNoCount, noCount, ledger } = sale;
    expect(times).toBeGreaterThan(10);
    expect(noCount).toBeGreaterThanOrEqual(buyerCount * patience);
    expect({ drift, falseNoCount, sold: ledger.soldSeats }).toEqual({
      drift: 0,
      falseNoCount: 0,
      sold: seatCount,
    });
    const { version } = ledger;
    expect(await look(place)).toMatchObject({ version, free: 0, fenceCount: 0 });
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
      await pause();
      ledger.change(-1);
      await redis.decr(reservedKey);
      await redis.decr(seatsKey);
      return 'sold';
    };
    const reconcile = async () => {
      const { available, version } = ledger;
      await ledger.moved(version);
      await redis.set(seatsKey, available);
    };
    await sellOut(attempt, reconcile);
    expect(ledger.soldSeats).toBeGreaterThan(seatCount);
  });
});
