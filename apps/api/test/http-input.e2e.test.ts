import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callerOf, eventOnSale, startApi, type TestApi } from './api.ts';
import { httpFault, post } from './http.ts';
import { tokenOf } from './token.ts';

let api: TestApi;
let token: string;
let eventId: string;

beforeAll(async () => {
  api = await startApi();
  token = await tokenOf('ada', 'user');
  eventId = await eventOnSale(await callerOf(api, 'olga', 'organizer'));
});

afterAll(() => api.stop());

let claim: { eventId: string; bookingId: string; quantity: number };

beforeEach(() => {
  claim = { eventId, bookingId: randomUUID(), quantity: 1 };
});

const book = (body: string, headers = {}) =>
  post(`${api.url}/trpc/booking.book`, { body, token, headers });

/** Nothing that is refused here may have written anything. */
async function expectNothingBooked(): Promise<void> {
  const caller = await callerOf(api, 'ada', 'user');
  expect(await caller.booking.mine.query()).toEqual({ items: [], nextCursor: null });
}

describe('an input that does not fit is 400, names its fields, and writes nothing', () => {
  const wrongs: [string, (fits: object) => object, string[]][] = [
    ['an unknown key', (fits) => ({ ...fits, admin: true }), ['admin']],
    ['a user of its own', (fits) => ({ ...fits, userId: 'bob' }), ['userId']],
    ['a missing key', () => ({ eventId: randomUUID() }), ['bookingId', 'quantity']],
    ['a quantity of none', (fits) => ({ ...fits, quantity: 0 }), ['quantity']],
    ['a negative quantity', (fits) => ({ ...fits, quantity: -1 }), ['quantity']],
    ['a fraction', (fits) => ({ ...fits, quantity: 0.5 }), ['quantity']],
    ['more seats than a number holds', (fits) => ({ ...fits, quantity: 2 ** 31 }), ['quantity']],
    ['a quantity in words', (fits) => ({ ...fits, quantity: '1' }), ['quantity']],
    ['an id that is none', (fits) => ({ ...fits, eventId: "' or 1=1 --" }), ['eventId']],
    ['a list', () => [1, 2, 3], ['input']],
    ['a constructor', (fits) => ({ ...fits, constructor: { prototype: {} } }), ['constructor']],
  ];

  test.each(wrongs)('%s', async (_, change, fields) => {
    const fault = await httpFault(book(JSON.stringify(change(claim))));
    expect(fault).toMatchObject({ status: 400, fault: 'bad_input', fields });
    await expectNothingBooked();
  });

  test.each(['null', '5', '"text"', 'true', '[]', ''])('%j in place of an object', async (body) => {
    expect(await httpFault(book(body))).toMatchObject({ status: 400, fault: 'bad_input' });
    await expectNothingBooked();
  });
});

describe('keys that reach for the prototype are 400 and pollute nothing', () => {
  const corpus = [
    '{"__proto__":{"polluted":1},REST}',
    '{REST,"__proto__":null}',
    '{"\\u005f_proto__":{"polluted":1},REST}',
    '{"constructor":{"prototype":{"polluted":1}},REST}',
    '{"prototype":{"polluted":1},REST}',
    '{"__defineGetter__":1,REST}',
    '{"toString":"x",REST}',
    '{"hasOwnProperty":1,REST}',
    '{"then":1,REST}',
  ];

  test.each(corpus)('%s', async (template) => {
    const rest = JSON.stringify(claim).slice(1, -1);
    const fault = await httpFault(book(template.replace('REST', rest)));
    expect(fault).toMatchObject({ status: 400, fault: 'bad_input' });
    expect(fault.fields).toHaveLength(1);
    expect({}).not.toHaveProperty('polluted');
    await expectNothingBooked();
  });

  test('nested, and in a query', async () => {
    const policy = '{"__proto__":{"polluted":1},"holdDurationMs":1000}';
    const create = `{"eventId":"${randomUUID()}","title":"x","date":"2999-01-01T00:00:00Z","seatCount":1,"policy":${policy}}`;
    const organizer = await tokenOf('olga', 'organizer');
    const url = `${api.url}/trpc/event.create`;
    expect(await httpFault(post(url, { body: create, token: organizer }))).toMatchObject({
      status: 400,
      fields: ['policy.__proto__'],
    });
    const query = `{"eventId":"${eventId}","__proto__":{"polluted":1}}`;
    const get = fetch(`${api.url}/trpc/event.get?input=${encodeURIComponent(query)}`);
    expect(await httpFault(get)).toMatchObject({ status: 400, fields: ['__proto__'] });
    expect({}).not.toHaveProperty('polluted');
  });

  test('as a batch around the calls', async () => {
    const url = `${api.url}/trpc/booking.book?batch=1`;
    const body = `{"__proto__":{"0":${JSON.stringify(claim)}}}`;
    const response = await post(url, { body, token });
    expect(response.status).toBe(400);
    expect({}).not.toHaveProperty('polluted');
    await expectNothingBooked();
  });
});

describe('what is not well-formed JSON is 400, and is not repeated', () => {
  test.each(['{', '{"a":canary}', '{"a":1}canary', "{'a':'canary'}", '\u0000', '[1,]'])(
    '%j',
    async (body) => {
      const fault = await httpFault(book(body));
      expect(fault).toMatchObject({ status: 400, fault: 'bad_input' });
      expect(fault.message).not.toContain('canary');
    },
  );

  test('invalid UTF-8', async () => {
    const body = Buffer.concat([
      Buffer.from('{"a":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}'),
    ]);
    const answer = post(`${api.url}/trpc/booking.book`, { body: new Uint8Array(body), token });
    expect(await httpFault(answer)).toMatchObject({ status: 400, fault: 'bad_input' });
  });

  test('in a query', async () => {
    expect(await httpFault(fetch(`${api.url}/trpc/event.get?input=%7Bcanary`))).toMatchObject({
      status: 400,
      fault: 'bad_input',
    });
  });

  test('ten thousand brackets deep', async () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    expect(await httpFault(book(deep))).toMatchObject({ status: 400 });
    const inside = `{"eventId":${deep},"bookingId":"x","quantity":1}`;
    expect(await httpFault(book(inside))).toMatchObject({ status: 400 });
  });
});

describe('a cursor or a page that nobody was given is 400 and names its field', () => {
  test.each([
    [{ cursor: 'forged' }, 'cursor'],
    [{ cursor: '' }, 'cursor'],
    [{ limit: 0 }, 'limit'],
    [{ limit: 101 }, 'limit'],
    [{ limit: 1.5 }, 'limit'],
  ])('%j', async (input, field) => {
    const url = `${api.url}/trpc/booking.mine?input=${encodeURIComponent(JSON.stringify(input))}`;
    const answer = fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect(await httpFault(answer)).toMatchObject({ status: 400, fields: [field] });
  });
});
