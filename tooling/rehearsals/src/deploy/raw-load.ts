import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@holdfast/client';
import type { Told, User } from '@holdfast/cli/parts';
import type { RawAnswer, RawCaller, RawRequest } from './raw-caller.ts';

export interface RawLoadPlan {
  readonly callers: readonly RawCaller[];
  readonly users: readonly User[];
  readonly eventId: string;
  readonly callsPerSecond: number;
}

export interface RawCall {
  readonly caller: string;
  readonly tookMs: number;
  /** In a few words; `null`: it did not fail. */
  readonly failure: string | null;
  /** What its user may rely on, where it was to book. */
  readonly told: Told | null;
}

/** A load that goes on until it is stopped. */
export interface RawLoad {
  /** The calls that have ended so far. */
  readonly calls: readonly RawCall[];
  /** Sends nothing new, and resolves when every call has ended. */
  stop(): Promise<void>;
}

const tickMs = 2;
const callCountMax = 500_000;

/** Every third call reads. */
const readEvery = 3;

/**
 * Sends calls on a fixed schedule, whether or not they are answered, in turn from each caller: bookings,
 * through tRPC and through plain HTTP, and reads. None is sent twice.
 *
 * @example const load = startRawLoad({ callers, users, eventId, callsPerSecond: 200 }); await load.stop();
 */
export function startRawLoad(plan: RawLoadPlan): RawLoad {
  const startedAt = performance.now();
  const calls: RawCall[] = [];
  const underWay = new Set<Promise<void>>();
  let isOver = false;
  const schedule = async () => {
    for (let index = 0; index < callCountMax; index += 1) {
      while (performance.now() - startedAt < (index * 1_000) / plan.callsPerSecond) {
        if (isOver) return;
        await sleep(tickMs);
      }
      const call = callOf(plan, index).then((ended) => {
        calls.push(ended);
        underWay.delete(call);
      });
      underWay.add(call);
    }
  };
  const scheduled = schedule();
  return {
    calls,
    stop: async () => {
      isOver = true;
      await scheduled;
      await Promise.all(underWay);
    },
  };
}

async function callOf({ callers, users, eventId }: RawLoadPlan, index: number): Promise<RawCall> {
  const caller = callers[index % callers.length];
  const user = users[index % users.length];
  if (caller === undefined || user === undefined)
    throw new Error('A load needs callers and users.');
  const startedAt = performance.now();
  const isRead = index % readEvery === 0;
  const asked = isRead ? readOf(eventId, user) : bookingOf(eventId, user, index % 2 === 0);
  const failure = await caller
    .send(asked.request)
    .then((answer) => asked.failureOf(answer), messageOf);
  const tookMs = performance.now() - startedAt;
  return { caller: caller.name, tookMs, failure, told: asked.toldAfter(failure) };
}

interface Asked {
  readonly request: RawRequest;
  /** In a few words; `null`: it is what was to be answered. */
  failureOf(answer: RawAnswer): string | null;
  toldAfter(failure: string | null): Told | null;
}

function readOf(eventId: string, { token }: User): Asked {
  const path = `/trpc/event.get?input=${encodeURIComponent(JSON.stringify({ eventId }))}`;
  return {
    request: { method: 'GET', path, token },
    failureOf: expectIn(`"id":"${eventId}"`),
    toldAfter: () => null,
  };
}

function bookingOf(eventId: string, { userId, token }: User, isPlain: boolean): Asked {
  const bookingId = newId();
  const way = isPlain
    ? {
        path: `/api/events/${eventId}/bookings`,
        body: { quantity: 1 },
        headers: { 'idempotency-key': bookingId },
      }
    : { path: '/trpc/booking.book', body: { eventId, bookingId, quantity: 1 } };
  return {
    request: { method: 'POST', token, ...way },
    failureOf: expectIn(`"status":"confirmed"`),
    toldAfter: (failure) => ({
      bookingId,
      userId,
      is: failure === null ? ('confirmed' as const) : ('unsure' as const),
    }),
  };
}

function expectIn(wanted: string): Asked['failureOf'] {
  return ({ status, text }) => {
    const isRight = status >= 200 && status < 300 && text.includes(wanted);
    const fault = /"(?:fault|error)":"(\w+)"/.exec(text)?.[1];
    return isRight ? null : `${status} ${fault ?? 'from the proxy'}`;
  };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
