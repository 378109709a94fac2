import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Caller, callerOf, eventOnSale, startApi, type TestApi } from './api.ts';
import { httpFault } from './http.ts';
import { tokenOf } from './token.ts';

let api: TestApi;
let olga: Caller;
beforeAll(async () => {
  api = await startApi();
  olga = await callerOf(api, 'olga', 'organizer');
});
afterAll(() => api.stop());

async function exportOf(eventId: string, query = '', signal: AbortSignal | null = null) {
  const authorization = `Bearer ${await tokenOf('olga', 'organizer')}`;
  const url = `${api.url}/api/events/${eventId}/bookings.csv${query}`;
  return await fetch(url, { headers: { authorization }, signal });
}

/** With names of 200 characters a file of 13 MB: far more than the buffers between two sockets hold. */
const crowdCount = 40_000;
/** At a time, for a statement may take two seconds. */
const insertedCount = 2_000;

/** An event with a crowd of bookings, which are written past all rules: no sale is what is tested here. */
async function eventWithCrowd(): Promise<string> {
  const eventId = await eventOnSale(olga, { seatCount: 1_000_000 });
  for (let count = 0; count < crowdCount; count += insertedCount) {
    await api.database.pool.query(
      `insert into bookings (event_id, id, user_id, ordinal, seat_count, status, changed_at, created_at)
       select $1, gen_random_uuid(), rpad('user ' || n || ' ', 200, 'x'), 1, 1, 'confirmed', now(), now() - interval '1 hour'
       from generate_series($2::int, $3::int) n`,
      [eventId, count + 1, count + insertedCount],
    );
  }
  return eventId;
}

const withoutId = (line: string) =>
  line.replace(/^"[0-9a-f-]{36}"/, 'ID').replaceAll(/"2\d{3}-[^"]+Z"/g, 'T');

describe('the bookings of an event as a file', () => {
  test('are a row each, the oldest first, as the spreadsheet of a language wants it', async () => {
    const eventId = await eventOnSale(olga);
    const formula = '=HYPERLINK("http://evil.example";"pay")';
    for (const [userId, verb] of [
      [formula, 'book'],
      ['Mia Müller', 'reserve'],
    ] as const) {
      const caller = await callerOf(api, userId, 'user');
      await caller.booking[verb].mutate({ eventId, bookingId: randomUUID(), quantity: 2 });
    }
    const answer = await exportOf(eventId);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="bookings-${eventId}.csv"`,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(Array.from(bytes.slice(0, 3))).toEqual([0xef, 0xbb, 0xbf]);
    const lines = new TextDecoder().decode(bytes).split('\r\n');
    expect(lines.map(withoutId)).toEqual([
      '"booking_id","user_id","status","quantity","booked_at","confirmed_at","cancelled_at","cancelled_by","expires_at","offered_to"',
      `ID,"'=HYPERLINK(""http://evil.example"";""pay"")","confirmed","2",T,T,"","","",""`,
      'ID,"Mia Müller","held","2",T,"","","",T,""',
      '',
    ]);
    const held = await (await exportOf(eventId, '?status=held&separator=semicolon')).text();
    const rows = held.trimEnd().split('\r\n');
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(/^"booking_id";"user_id";/);
    expect(withoutId(rows[1] ?? '')).toBe('ID;"Mia Müller";"held";"2";T;"";"";"";T;""');
  });

  test('are for who manages the event, with a token in the header, and for nobody else', async () => {
    const eventId = await eventOnSale(olga);
    const token = await tokenOf('olga', 'organizer');
    const url = `${api.url}/api/events/${eventId}/bookings.csv`;
    const statusFor = async (sub: string, role: 'user' | 'organizer' | 'admin') => {
      const authorization = `Bearer ${await tokenOf(sub, role)}`;
      return (await fetch(url, { headers: { authorization } })).status;
    };
    expect(await statusFor('olga', 'organizer')).toBe(200);
    expect(await statusFor('root', 'admin')).toBe(200);
    expect(await statusFor('oscar', 'organizer')).toBe(404);
    expect(await statusFor('olga', 'user')).toBe(403);
    expect((await fetch(url)).status).toBe(401);
    for (const name of ['token', 'access_token', 'authorization']) {
      expect((await fetch(`${url}?${name}=${token}`)).status).toBe(401);
    }
    const { status } = await exportOf(randomUUID());
    expect(status).toBe(404);
  });

  test('that cannot be exported are a fault like any other, in the words of who asks', async () => {
    const wrong = await exportOf('no-id', '?separator=tab&more=1');
    expect(wrong.headers.get('content-type')).toContain('application/problem+json');
    expect(await wrong.json()).toMatchObject({ status: 400, error: 'bad_input' });
    const authorization = `Bearer ${await tokenOf('olga', 'organizer')}`;
    const call = `${api.url}/trpc/event.exportBookings?input=${encodeURIComponent('{"eventId":1}')}`;
    const fault = await httpFault(fetch(call, { headers: { authorization } }));
    expect(fault).toMatchObject({ status: 400, fault: 'bad_input', fields: ['eventId'] });
  });
});

describe('the bookings of a crowd as a file', () => {
  let eventId: string;
  beforeAll(async () => {
    eventId = await eventWithCrowd();
  });

  test('are read while they are taken, and no further ahead than buffers hold', async () => {
    const answer = await exportOf(eventId);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (reader === undefined) throw new Error('There is a body.');
    const first = await reader.read();
    // Its place is behind all others: it is in the file only if that was not read before.
    const late = await callerOf(api, 'one who comes late', 'user');
    const bookingId = randomUUID();
    await late.booking.book.mutate({ eventId, bookingId, quantity: 1 });
    let [lineCount, last] = [0, ''];
    for (let text = first.value; text !== undefined; text = (await reader.read()).value) {
      lineCount += text.split('\n').length - 1;
      last = (last + text).slice(-1_000);
    }
    expect(last).toContain(`"${bookingId}","one who comes late"`);
    expect(lineCount).toBe(1 + crowdCount + 1);
  });

  test('are cut where the database fails on the way, so that half of a file is no file', async () => {
    const answer = await exportOf(eventId);
    const reader = answer.body?.getReader();
    await reader?.read();
    await api.database.pool.query('alter table bookings rename to bookings_away');
    try {
      const readOn = async () => {
        for (;;) {
          const { done } = (await reader?.read()) ?? { done: true };
          if (done) return 'all of it';
        }
      };
      await expect(readOn()).rejects.toThrow('terminated');
    } finally {
      await api.database.pool.query('alter table bookings_away rename to bookings');
    }
  });

  test('are exported twice at a time by one caller, and no more; who leaves makes room', async () => {
    const left = new AbortController();
    const open = [
      await exportOf(eventId, '', left.signal),
      await exportOf(eventId, '', left.signal),
    ];
    const refused = await exportOf(eventId);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toMatchObject({ error: 'overloaded' });
    left.abort();
    await Promise.allSettled(open.map((answer) => answer.text()));
    await expect
      .poll(async () => {
        const again = await exportOf(eventId, '?status=held');
        await again.text();
        return again.status;
      })
      .toBe(200);
  });
});
