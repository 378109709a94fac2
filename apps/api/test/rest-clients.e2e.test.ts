import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Caller, callerOf, eventOnSale, startApi, type TestApi } from './api.ts';
import { runWithGeneratedClient } from './generated-client.ts';
import { findPython } from './python.ts';
import { tokenOf } from './token.ts';

let api: TestApi;
let organizer: Caller;
let token: string;

beforeAll(async () => {
  api = await startApi();
  organizer = await callerOf(api, 'olga', 'organizer');
  token = await tokenOf('ada', 'user');
});

afterAll(() => api.stop());

const python = findPython();

/** As the guide has it, to the letter. */
const script = readFileSync(new URL('fixtures/stress_test.py', import.meta.url), 'utf8');

function changed(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`The script has no ${from}.`);
  return text.replace(from, to);
}

test.skipIf(python === null)(
  "the guide's script, changed in ids and token alone, sells 50 seats to 100 callers at once",
  async () => {
    // Its hundred users share the one token.
    const policy = { activeBookingsPerUserMax: 100 };
    const eventId = await eventOnSale(organizer, { seatCount: 50, policy });
    const withEvent = changed(script, '"event_id": 1', `"event_id": "${eventId}"`);
    const withUrl = changed(withEvent, 'http://localhost:8000', api.url);
    const whole = changed(withUrl, 'import time', `import time\ntoken = "${token}"`);
    const { stdout } = await promisify(execFile)(python ?? '', ['-c', whole]);
    expect(stdout.trim().split('\n')).toEqual([
      'Concurrent users: 100',
      'Successful: 50',
      'Conflicts: 50',
      'Errors: 0',
      'Success rate: 50.0%',
    ]);
    const event = await organizer.event.get.query({ eventId, maxAgeMs: 0 });
    expect(event.availableSeats).toBe(0);
  },
);

const program = `
import * as holdfast from './client.ts';

const [url = '', token = '', eventId = ''] = process.argv.slice(2);
holdfast.defaults.baseUrl = url;
holdfast.defaults.headers = { authorization: 'Bearer ' + token };

const key = { idempotencyKey: crypto.randomUUID() };
const sale = await holdfast.bookingBookAsTheGuide({ event_id: eventId, seat_count: 2 }, key);
if (sale.status !== 201) throw new Error(sale.data.detail);
const bookingId: string = sale.data.booking_id;
const again = await holdfast.bookingBookAsTheGuide({ event_id: eventId, seat_count: 2 }, key);
const other = await holdfast.bookingBook(eventId, { quantity: 1 });
const found = await holdfast.bookingGet(eventId, bookingId);
const page = await holdfast.bookingMine({ limit: 1 });
if (found.status !== 200 || page.status !== 200) throw new Error('A booking is there.');
console.log(JSON.stringify({
  isOnce: bookingId === key.idempotencyKey && again.status === 201 && again.data.booking_id === bookingId,
  refused: other.status === 409 ? other.data.error : other.status,
  found: found.data.status,
  quantity: found.data.quantity,
  listed: page.data.items.length,
}));
`;

test('a client that is generated from the document compiles, and books a seat', async () => {
  const document = await (await fetch(`${api.url}/openapi.json`)).text();
  const eventId = await eventOnSale(organizer);
  const printed = await runWithGeneratedClient(document, program, [api.url, token, eventId]);
  expect(JSON.parse(printed)).toEqual({
    isOnce: true,
    refused: 'bookings_over_limit',
    found: 'confirmed',
    quantity: 2,
    listed: 1,
  });
});
