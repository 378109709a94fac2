import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Context } from '../src/context.ts';
import { deadlineAfter } from '@holdfast/engine';
import { faultFrom } from '../src/http/fault-from.ts';
import { presentFault } from '../src/http/faults.ts';
import { createReadiness } from '../src/http/readiness.ts';
import { appRouter } from '../src/root.ts';
import { procedure, router } from '../src/trpc.ts';
import type { Role } from '@holdfast/process';
import { startApi, type TestApi } from './api.ts';
import { tokenOf } from './token.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api.stop());

const callers = ['nobody', 'user', 'organizer', 'admin'] as const;
type Caller = (typeof callers)[number];

const everybody: readonly Caller[] = callers;
const signedIn: readonly Caller[] = ['user', 'organizer', 'admin'];
const organizers: readonly Caller[] = ['organizer', 'admin'];

type Verb = 'query' | 'mutation' | 'subscription';

/** Written out on its own, not taken from access.ts: this is what access.ts is checked against. */
const matrix: Readonly<Record<string, readonly [Verb, readonly Caller[]]>> = {
  'event.create': ['mutation', organizers],
  'event.update': ['mutation', organizers],
  'event.open': ['mutation', organizers],
  'event.close': ['mutation', organizers],
  'event.setCapacity': ['mutation', organizers],
  'event.bookings': ['query', organizers],
  'event.sale': ['subscription', organizers],
  'event.exportBookings': ['subscription', organizers],
  'event.get': ['query', everybody],
  'event.list': ['query', everybody],
  'event.watch': ['subscription', everybody],
  'booking.reserve': ['mutation', signedIn],
  'booking.confirm': ['mutation', signedIn],
  'booking.cancel': ['mutation', signedIn],
  'booking.extend': ['mutation', signedIn],
  'booking.changeQuantity': ['mutation', signedIn],
  'booking.transfer': ['mutation', signedIn],
  'booking.accept': ['mutation', signedIn],
  'booking.book': ['mutation', signedIn],
  'booking.get': ['query', signedIn],
  'booking.history': ['query', organizers],
  'booking.mine': ['query', signedIn],
  'order.place': ['mutation', signedIn],
  'order.confirm': ['mutation', signedIn],
  'order.cancel': ['mutation', signedIn],
  'order.get': ['query', signedIn],
  'health.live': ['query', everybody],
  'health.ready': ['query', everybody],
};

/**
 * Calls a procedure with an input that fits none. Who may not call it hears so; who may, hears
 * that the input is wrong: the role is looked at first.
 */
async function faultOfCall(path: string, verb: Verb, caller: Caller): Promise<string> {
  const token = caller === 'nobody' ? null : await tokenOf(`one ${caller}`, caller);
  const headers = {
    'content-type': 'application/json',
    ...(token && { authorization: `Bearer ${token}` }),
  };
  const wrong = JSON.stringify({ wrong: true });
  const url = `${api.url}/trpc/${path}`;
  const response =
    verb === 'mutation'
      ? await fetch(url, { method: 'POST', headers, body: wrong })
      : await fetch(`${url}?input=${encodeURIComponent(wrong)}`, { headers });
  const faultShape = z.object({ data: z.object({ fault: z.string() }) });
  return z.object({ error: faultShape }).parse(await response.json()).error.data.fault;
}

describe('who may call', () => {
  test.each(Object.keys(appRouter._def.procedures))('%s', async (path) => {
    const [verb, allowed] = matrix[path] ?? ['query', []];
    const heard = await Promise.all(
      callers.map(async (caller) => [caller, await faultOfCall(path, verb, caller)]),
    );
    const expected = callers.map((caller) => {
      const refused = caller === 'nobody' ? 'unauthenticated' : 'forbidden';
      return [caller, allowed.includes(caller) ? 'bad_input' : refused];
    });
    expect(heard).toEqual(expected);
  });

  test('the matrix names no procedure that is gone', () => {
    expect(Object.keys(matrix).toSorted()).toEqual(
      Object.keys(appRouter._def.procedures).toSorted(),
    );
  });
});

describe('a procedure that is not listed', () => {
  const nothing = z.undefined();
  const secret = procedure.input(nothing).output(z.string());
  const forgotten = { forgotten: secret.query(() => 'secret') };

  test('is closed to everybody', async () => {
    const unlisted = router({ event: forgotten });
    for (const role of ['user', 'organizer', 'admin'] satisfies Role[]) {
      const call = unlisted.createCaller(contextOf(role)).event.forgotten();
      await expect(call).rejects.toMatchObject({ cause: { code: 'forbidden' } });
    }
    const call = unlisted.createCaller(contextOf(null)).event.forgotten();
    await expect(call).rejects.toMatchObject({ cause: { code: 'unauthenticated' } });
  });

  test('negative control: the same procedure at a listed path is open', async () => {
    const listed = router({ health: { live: forgotten.forgotten } });
    expect(await listed.createCaller(contextOf(null)).health.live()).toBe('secret');
  });
});

describe('an output that does not fit its schema', () => {
  test('is an internal fault, and none of it leaves', async () => {
    const output = z.strictObject({ id: z.string() });
    const leaking = { id: randomUUID(), userId: 'somebody else' };
    const leaky = router({
      health: {
        live: procedure
          .input(z.undefined())
          .output(output)
          .query((): { id: string } => leaking),
      },
    });
    const error = await leaky
      .createCaller(contextOf(null))
      .health.live()
      .catch((reason: unknown) => reason);
    const answer = JSON.stringify(presentFault(faultFrom(error)));
    expect(answer).toContain('"fault":"internal"');
    expect(answer).not.toContain('userId');
    expect(answer).not.toContain('somebody else');
  });
});

function contextOf(role: Role | null): Context {
  const { database, known, lanes, reads } = api;
  const readiness = createReadiness({
    ping: () => database.ping(),
    isDraining: () => false,
    outage: { note: () => {}, over: () => {} },
  });
  const user = role === null ? null : { id: 'ada', role };
  const { events, live, sales, queue } = reads;
  const deadline = deadlineAfter(1_000);
  const who = { user, caller: 'user ada', tokenFault: null, span: null, unsold: null };
  const parts = { database, known, lanes, events, live, sales, queue, readiness, deadline };
  return { ...parts, cut: () => {}, ...who };
}
