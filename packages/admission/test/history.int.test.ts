import { randomUUID } from 'node:crypto';
import { redisFlavours } from '@holdfast/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ask, keysOf, membersOf } from '../src/keys.ts';
import { mastersOf } from '../src/redis-time.ts';
import { look, openerOn, type Place } from './fixture.ts';
import { history, type Step } from './history.ts';
import { Model } from './model.ts';

// Every run draws a seed and prints it; HOLDFAST_SEED repeats it. About 800 steps on each Redis.
const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isInteger(seed)) throw new Error('HOLDFAST_SEED must be a whole number.');
const options = { seed, numRuns: 40 };
console.info(`admission histories: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

/** Nothing lapses or ages but where the history says so. */
const limits = { leaseDurationMs: 600_000, noDurationMaxMs: 600_000 };
const longAgoMs = 100_000;

/** Does the step on Redis, and gives what was answered. */
async function play(place: Place, step: Step): Promise<unknown> {
  const { admission, eventId } = place;
  switch (step.type) {
    case 'admit':
      return (await admission.admit(eventId, step.asks)).verdicts;
    case 'settle': {
      const asked = await admission.admit(eventId, []);
      const asOfMs = asked.asOfMs - (step.age === 'now' ? 0 : longAgoMs);
      return admission.settle(eventId, { ...step, asOfMs });
    }
    case 'release':
      return admission.release(eventId, step.leases);
    default:
      return suffer(place, step);
  }
}

type Accident = Exclude<Step, { type: 'admit' | 'settle' | 'release' }>;

async function suffer(place: Place, step: Accident): Promise<void> {
  const { redis, stateKey, leasesKey } = place;
  switch (step.type) {
    case 'lapse':
      return endLeases(place, step.leases);
    case 'age':
      if ((await redis.exists(stateKey)) === 1) await redis.hset(stateKey, 'until', 1);
      return;
    case 'reset':
      return place.admission.reset(place.eventId);
    case 'loseState':
      await redis.del(stateKey);
      return;
    case 'loseLeases':
      await redis.del(leasesKey);
      return;
    case 'flushScripts':
      for (const master of mastersOf(redis)) await master.script('FLUSH');
  }
}

/** Does the step on the model, and gives what it answers. */
function apply(model: Model, step: Step): unknown {
  switch (step.type) {
    case 'admit':
      return model.admit(step.asks);
    case 'settle':
      return model.settle(step.standing, step.leases, step.age);
    case 'release':
      return model.release(step.leases);
    case 'lapse':
      return model.lapse(step.leases);
    case 'flushScripts':
      return undefined;
    default:
      return model[step.type]();
  }
}

/** Puts the expiry of these leases into the past, if they are there. */
async function endLeases({ redis, leasesKey }: Place, leases: readonly Ask[]): Promise<void> {
  for (const member of membersOf(leases, leases.length)) {
    await redis.zadd(leasesKey, 'XX', 1, member);
  }
}

/** Lapsed leases are still in the running sum until the next call. */
function isSweeping({ type }: Step): boolean {
  return type === 'admit' || type === 'settle' || type === 'release';
}

async function viewOfRedis(place: Place, step: Step): Promise<object | undefined> {
  const state = await look(place);
  if (state === undefined) return undefined;
  const { asOfMs, untilMs, leased, ...view } = state;
  return { ...view, isFresh: untilMs > asOfMs, leased: isSweeping(step) ? leased : null };
}

function viewOfModel({ known, live, leased, fenceCount, isFresh }: Model, step: Step) {
  if (known === null) return undefined;
  const counts = { leaseCount: live.size - fenceCount, fenceCount, leasedSeats: leased };
  return { ...known, ...counts, isFresh, leased: isSweeping(step) ? leased : null };
}

describe.each(redisFlavours())('on $name', (flavour) => {
  const open = openerOn(flavour);

  test('whatever happens in whatever order, admission says what the model says', async () => {
    const opened = await open({ limits });
    const property = fc.asyncProperty(history, async (steps) => {
      const eventId = randomUUID();
      const [stateKey, leasesKey] = keysOf(opened.prefix, eventId);
      const place = { ...opened, eventId, stateKey, leasesKey };
      const model = new Model();
      for (const step of steps) {
        expect(await play(place, step)).toEqual(apply(model, step));
        expect(await viewOfRedis(place, step)).toEqual(viewOfModel(model, step));
      }
    });
    await fc.assert(property, options);
  });
});

test('leases never sum up to more than base, what fits is never refused, and a fence bars every no', () => {
  const property = fc.property(history, (steps) => {
    const model = new Model();
    for (const step of steps) {
      const asks = step.type === 'admit' ? step.asks : [];
      expect(offencesOf(model, asks)).toEqual([]);
      if (step.type !== 'admit') apply(model, step);
    }
  });
  fc.assert(property, { ...options, numRuns: 1_000 });
});

/** What no call may ever say, whatever the model says of the rest. */
function offencesOf(model: Model, asks: readonly Ask[]): string[] {
  model.open();
  return asks.flatMap((ask) => {
    const base = model.known?.base ?? -1;
    const { leased, fenceCount } = model;
    const isNew = !model.live.has(ask.leaseId) && ask.quantity > 0;
    const verdict = model.decide(ask);
    const offences = {
      'refused what is free': verdict !== 'admitted' && ask.quantity <= base - leased,
      'leased more than base': verdict === 'admitted' && isNew && model.leased > base,
      'a no beside a fence': verdict === 'sold_out' && fenceCount > 0,
      'a no to what base has': verdict === 'sold_out' && ask.quantity <= base,
    };
    return Object.entries(offences).flatMap(([name, isOffence]) => (isOffence ? [name] : []));
  });
}
