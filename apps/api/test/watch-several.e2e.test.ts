import { randomUUID } from 'node:crypto';
import { commit } from '@holdfast/data';
import type { LiveUpdate } from '@holdfast/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultOnWire } from '../src/http/faults.ts';
import { callerOf, eventOnSale, someEvent, startApi, type TestApi } from './api.ts';

type Update = LiveUpdate & { readonly eventId: string };

interface Told {
  readonly update: Update;
  readonly id: string;
}

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});

afterAll(async () => {
  await api.stop();
});

function urlOf(input: unknown): string {
  return `${api.url}/trpc/event.watch?input=${encodeURIComponent(JSON.stringify(input))}`;
}

interface Hearing {
  readonly lastEventId?: string;
  readonly onMessage?: (told: Told) => void;
}

/** Messages with an id, as a plain EventSource hears them, until there are so many. */
async function messagesOf(input: unknown, count: number, hearing: Hearing = {}) {
  const { lastEventId, onMessage } = hearing;
  const left = new AbortController();
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const response = await fetch(urlOf(input), { headers, signal: left.signal });
  expect(response.status).toBe(200);
  const told: Told[] = [];
  for await (const message of messagesIn(response)) {
    told.push(message);
    onMessage?.(message);
    if (told.length >= count) break;
  }
  left.abort();
  return told;
}

async function* messagesIn(response: Response): AsyncGenerator<Told> {
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split('\n\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, data = '', id] = /^data: (.*)\nid: (.*)$/m.exec(block) ?? [];
      if (id !== undefined) yield { update: JSON.parse(data) as Update, id };
    }
  }
}

async function refusalOf(input: unknown): Promise<FaultOnWire & { readonly status: number }> {
  const response = await fetch(urlOf(input));
  const { error } = (await response.json()) as { readonly error: FaultOnWire };
  return { ...error, status: response.status };
}

const sale = () => callerOf(api, 'olga', 'organizer').then(eventOnSale);

async function change(eventId: string, total: number): Promise<void> {
  await commit(api.database, eventId, [{ type: 'setCapacity', organizerId: 'olga', total }]);
  await api.reads.live.readOn();
}

const versionOf = ({ update }: Told) => update.changes.at(-1)?.version;

describe('one stream of several events', () => {
  test('tells first how each of them is, and then what becomes of each', async () => {
    const [one, two] = [await sale(), await sale()];
    const told = await messagesOf({ eventIds: [one, two] }, 4, {
      onMessage({ id }) {
        if (id === '2.2') void change(two, 77).then(() => change(one, 88));
      },
    });
    expect(told.map(({ update }) => update.eventId)).toEqual([one, two, two, one]);
    expect(told.map(({ id }) => id)).toEqual(['2.', '2.2', '2.3', '3.3']);
    expect(told.at(-1)?.update.changes.at(-1)).toMatchObject({ version: 3, seatCount: 88 });
  });

  test('goes on where each of them was, with what came meanwhile of both', async () => {
    const [one, two] = [await sale(), await sale()];
    const before = await messagesOf({ eventIds: [one, two] }, 2);
    for (const total of [61, 62]) await change(one, total);
    await change(two, 63);
    const lastEventId = before.at(-1)?.id ?? '';
    const after = await messagesOf({ eventIds: [one, two] }, 2, { lastEventId });
    expect(lastEventId).toBe('2.2');
    expect(
      after.map(({ update: { eventId, restarted, changes } }) => [
        eventId,
        restarted,
        changes.map(({ version }) => version),
      ]),
    ).toEqual([
      [one, false, [3, 4]],
      [two, false, [3]],
    ]);
    expect(after.at(-1)?.id).toBe('4.3');
  });

  test('begins with the state of one of which nothing was told yet', async () => {
    const [one, two] = [await sale(), await sale()];
    const told = await messagesOf({ eventIds: [one, two], lastEventId: '2.' }, 1);
    expect(told.map(({ update }) => update.eventId)).toEqual([two]);
    expect(told.map(versionOf)).toEqual([2]);
  });

  test('counts as a watcher of each, and leaves them all', async () => {
    const ids = [await sale(), await sale(), await sale()];
    let watcherCount = 0;
    await messagesOf({ eventIds: ids }, 3, {
      onMessage() {
        watcherCount = Math.max(watcherCount, api.reads.live.watcherCount);
      },
    });
    expect(watcherCount).toBe(3);
    await expect.poll(() => api.reads.live.watcherCount).toBe(0);
  });

  test('is refused whole where one is not there or may not be seen, and says which', async () => {
    const olga = await callerOf(api, 'olga', 'organizer');
    const onSale = await sale();
    const draft = randomUUID();
    await olga.event.create.mutate({ ...someEvent(), eventId: draft });
    for (const missing of [randomUUID(), draft]) {
      const { status, data, message } = await refusalOf({ eventIds: [onSale, missing] });
      expect([status, data.fault]).toEqual([404, 'not_found']);
      expect(message).toContain(missing);
      expect(message).not.toContain(onSale);
    }
    await expect.poll(() => api.reads.live.watcherCount).toBe(0);
  });

  const id = '0199a8c0-5a5e-7c3f-8a53-0123456789ab';
  test.each<[string, object, string]>([
    ['no event', { eventIds: [] }, 'eventIds'],
    ['21 events', { eventIds: Array.from({ length: 21 }, () => randomUUID()) }, 'eventIds'],
    ['one of them twice', { eventIds: [id, id.toUpperCase()] }, 'eventIds'],
    ['one that is no id', { eventIds: [id, 'x'] }, 'eventIds.1'],
    ['both kinds of names', { eventId: id, eventIds: [id] }, 'eventId'],
    ['none of them', {}, 'eventId'],
    ['a last id of other events', { eventIds: [id], lastEventId: '1.2' }, 'lastEventId'],
    ['a last id that is none', { eventIds: [id], lastEventId: '1;2' }, 'lastEventId'],
    ['a last id of several, for one', { eventId: id, lastEventId: '1.2' }, 'lastEventId'],
  ])('with %s is bad input, and names the field', async (_what, input, field) => {
    const { status, data } = await refusalOf(input);
    expect([status, data.fault]).toEqual([400, 'bad_input']);
    expect(data.fields?.map(({ path }) => path)).toContain(field);
  });
});
