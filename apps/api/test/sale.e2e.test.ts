import { randomUUID } from 'node:crypto';
import type { SaleUpdate } from '@holdfast/engine';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FaultOnWire } from '../src/http/faults.ts';
import { type Caller, callerOf, eventOnSale, startApi, type TestApi } from './api.ts';
import { startRelay } from '@holdfast/fixtures';
import { tokenOf } from './token.ts';

let api: TestApi;
let relay: ReturnType<typeof startRelay>;
let olga: Caller;

beforeAll(async () => {
  api = await startApi();
  relay = startRelay(api.database);
  olga = await callerOf(api, 'olga', 'organizer');
});

afterAll(async () => {
  await relay.stop();
  await api.stop();
});

/** Ends what a test watches. */
let left: AbortController;

beforeEach(() => {
  left = new AbortController();
});

afterEach(() => left.abort());

interface Asked {
  readonly token: string | null;
  readonly lastEventId?: string;
}

async function open(eventId: string, { token, ...more }: Asked): Promise<Response> {
  const input = encodeURIComponent(JSON.stringify({ eventId, ...more }));
  return await fetch(`${api.url}/trpc/event.sale?input=${input}`, {
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    signal: left.signal,
  });
}

async function faultOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as { readonly error: FaultOnWire };
  return error.data.fault;
}

interface Told {
  readonly update: SaleUpdate;
  readonly id: string;
}

async function* toldBy(response: Response): AsyncGenerator<Told> {
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split('\n\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, data = '', id] = /^data: (.*)\nid: (.*)$/m.exec(block) ?? [];
      if (id !== undefined) yield { update: JSON.parse(data) as SaleUpdate, id };
    }
  }
}

/** What it was told until this many commands had an answer; of a second the last word counts. */
async function secondsUntil(told: AsyncIterable<Told>, answerCount: number) {
  const seconds = new Map<string, SaleUpdate['seconds'][number]>();
  for await (const { update, id } of told) {
    for (const second of update.seconds) seconds.set(second.at, second);
    const all = [...seconds.values()];
    const booked = all.reduce((sum, { accepted }) => sum + (accepted['book'] ?? 0), 0);
    const refusals = all.flatMap(({ refused }) => refused);
    const refused = refusals.reduce((sum, { count }) => sum + count, 0);
    if (booked + refused >= answerCount) return { booked, refused, now: update.now, id };
  }
  throw new Error('The stream has ended.');
}

async function book(eventId: string, name: string) {
  const user = await callerOf(api, name, 'user');
  return await user.booking.book.mutate({ eventId, bookingId: randomUUID(), quantity: 1 });
}

describe('event.sale', () => {
  test('tells the organizer of the event, and admins, how it goes', async () => {
    const eventId = await eventOnSale(olga, { seatCount: 3 });
    for (const token of [await tokenOf('olga', 'organizer'), await tokenOf('root', 'admin')]) {
      const response = await open(eventId, { token });
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      for await (const { update } of toldBy(response)) {
        expect(update.now.event).toMatchObject({ seatCount: 3, availableSeats: 3, heldSeats: 0 });
        expect(update.now).toMatchObject({ processCount: 1, redis: 'none' });
        break;
      }
    }
  });

  test('is closed to everybody else, as if there were no such event', async () => {
    const eventId = await eventOnSale(olga);
    const [other, ada] = [await tokenOf('oscar', 'organizer'), await tokenOf('ada', 'user')];
    const callers: [string | null, number, string][] = [
      [other, 404, 'not_found'],
      [ada, 403, 'forbidden'],
      [null, 401, 'unauthenticated'],
    ];
    for (const [token, status, fault] of callers) {
      const response = await open(eventId, { token });
      expect([response.status, await faultOf(response)]).toEqual([status, fault]);
    }
    const missing = await open(randomUUID(), { token: await tokenOf('olga', 'organizer') });
    expect([missing.status, await faultOf(missing)]).toEqual([404, 'not_found']);
  });

  test('counts each booking and each refusal once, and goes on after the second that is known', async () => {
    const eventId = await eventOnSale(olga, { seatCount: 6 });
    const token = await tokenOf('olga', 'organizer');
    const told = toldBy(await open(eventId, { token }));
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => book(eventId, `buyer ${index}`)),
    );
    expect(answers.filter(({ status }) => status === 'confirmed')).toHaveLength(6);
    const { booked, refused, id } = await secondsUntil(told, 10);
    expect([booked, refused]).toEqual([6, 4]);
    expect(await book(eventId, 'too late')).toMatchObject({ reason: 'sold_out' });
    const after = toldBy(await open(eventId, { token, lastEventId: id }));
    expect(await secondsUntil(after, 1)).toMatchObject({ booked: 0, refused: 1 });
  });

  test('refuses a last second that is none, and names the field', async () => {
    const token = await tokenOf('olga', 'organizer');
    const response = await open(randomUUID(), { token, lastEventId: 'x' });
    const { error } = (await response.json()) as { readonly error: FaultOnWire };
    expect(error.data).toMatchObject({ fault: 'bad_input', fields: [{ path: 'lastEventId' }] });
  });

  test('ends when the process stops, and leaves nobody behind who has gone', async () => {
    const eventId = await eventOnSale(olga);
    const response = await open(eventId, { token: await tokenOf('olga', 'organizer') });
    for await (const { update } of toldBy(response)) {
      expect(update.now.consoleCount).toBe(1);
      break;
    }
    left.abort();
    await expect.poll(() => api.reads.live.watcherCountOf(eventId)).toBe(0);
  });
});
