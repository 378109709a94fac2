import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, eventOnSale, faultOf, startApi, type TestApi } from './api.ts';
import { faultBody, httpFault, post } from './http.ts';
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

const claim = () => JSON.stringify({ eventId, bookingId: randomUUID(), quantity: 1 });
const query = (input: object) => encodeURIComponent(JSON.stringify(input));

/** Sends these lines of a head, which no client would, and answers all that comes back. */
async function sentRaw(...lines: readonly string[]): Promise<string> {
  const { hostname: host, port } = new URL(api.url);
  const socket = connect({ host, port: Number(port) });
  await once(socket, 'connect');
  socket.write([...lines, 'connection: close', '', ''].join('\r\n'));
  return Buffer.concat(await socket.toArray()).toString();
}

/** The fault that a raw answer has, with its status. */
function faultIn(answer: string) {
  const status = Number(answer.slice('HTTP/1.1 '.length).slice(0, 3));
  const { error } = faultBody.parse(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))));
  return { status, fault: error.data.fault, message: error.message };
}

describe('HEAD is answered as GET is, without its body', () => {
  test.each([
    ['health.live', 200],
    ['health.ready', 200],
    ['health.live,health.live?batch=1', 200],
    ['event.get?input=%7B%7D', 400],
    ['booking.mine', 401],
    ['none', 404],
    ['booking.book', 405],
  ])('%s is %d', async (target, status) => {
    const url = `${api.url}/trpc/${target}`;
    const [get, head] = [await fetch(url), await fetch(url, { method: 'HEAD' })];
    expect(await head.text()).toBe('');
    expect([get.status, head.status]).toEqual([status, status]);
    expect(await get.text()).not.toBe('');
    for (const name of ['content-type', 'cache-control', 'allow', 'www-authenticate']) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    }
  });

  test('and of a watch there is but the head', async () => {
    const url = `${api.url}/trpc/event.watch?input=${query({ eventId })}`;
    const head = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5_000) });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(await head.text()).toBe('');
  });
});

describe('a 405 says with which methods the path may be called', () => {
  test.each([
    ['PUT', 'event.get', 'GET, HEAD'],
    ['POST', 'event.get', 'GET, HEAD'],
    ['POST', 'event.get,event.list?batch=1', 'GET, HEAD'],
    ['DELETE', 'event.watch', 'GET, HEAD'],
    ['GET', 'booking.book', 'POST'],
    ['HEAD', 'booking.book', 'POST'],
    ['PATCH', 'booking.book,booking.book?batch=1', 'POST'],
    ['OPTIONS', 'booking.book', 'POST'],
    ['PUT', 'none', 'GET, HEAD, POST'],
    ['PUT', '../elsewhere', 'GET, HEAD, POST'],
  ])('%s %s: %s', async (method, target, allow) => {
    const isPost = method === 'POST';
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const sent = { method, headers, ...(isPost && { body: '{}' }) };
    const answer = await fetch(`${api.url}/trpc/${target}`, sent);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
  });

  test('negative control: what may be called says nothing of it', async () => {
    const answer = await fetch(`${api.url}/trpc/health.live`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([200, null]);
  });
});

describe('every fault is JSON, also of a request that is refused as a whole', () => {
  test.each([
    ['a batch over the limit', `${Array(21).fill('health.live').join()}?batch=1`, 'Batch call'],
    ['queries and mutations mixed', 'health.live,booking.book?batch=1', 'Cannot mix'],
    ['parameters of a connection', 'event.get?connectionParams=%7B', 'JSON'],
  ])('%s', async (_, target, message) => {
    const fault = await httpFault(fetch(`${api.url}/trpc/${target}`));
    expect(fault).toMatchObject({ status: 400, fault: 'bad_input' });
    expect(fault.headers.get('content-type')).toBe('application/json');
    expect(fault.message).toContain(message);
  });
});

describe('a body is JSON in UTF-8, as it is', () => {
  test('a compressed one is 415 and says what to do, and books nothing', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const body = new Uint8Array(gzipSync(claim()));
    const fault = await httpFault(post(`${api.url}/trpc/booking.book`, { body, token, headers }));
    expect(fault).toMatchObject({ status: 415, fault: 'unsupported_media_type' });
  });

  test.each(['gzip', 'br', 'gzip, identity', 'x'])(
    'Content-Encoding %s is 415',
    async (encoding) => {
      const headers = { 'content-encoding': encoding };
      const fault = await httpFault(
        post(`${api.url}/trpc/booking.book`, { body: claim(), token, headers }),
      );
      expect(fault.status).toBe(415);
      expect(fault.message).toContain('Content-Encoding');
    },
  );

  test('negative control: an encoding that changes nothing is taken', async () => {
    const headers = { 'content-encoding': 'identity' };
    const answer = await post(`${api.url}/trpc/booking.book`, { body: claim(), token, headers });
    expect(await answer.json()).toMatchObject({ result: { data: { status: 'confirmed' } } });
  });

  test.each([
    ['a byte that is none', [0xff]],
    ['a character cut in half', [0xc3]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
  ])('%s in a title is 400, and nothing is kept in its place', async (_, bytes) => {
    const organizer = await callerOf(api, 'olga', 'organizer');
    const id = randomUUID();
    const rest = `","eventId":"${id}","date":"2999-01-01T00:00:00Z","seatCount":1}`;
    const parts = [Buffer.from('{"title":"Caf'), Buffer.from(bytes), Buffer.from(rest)];
    const body = new Uint8Array(Buffer.concat(parts));
    const answer = post(`${api.url}/trpc/event.create`, {
      body,
      token: await tokenOf('olga', 'organizer'),
    });
    const fault = await httpFault(answer);
    expect(fault).toMatchObject({ status: 400, fault: 'bad_input' });
    expect(fault.message).toContain('UTF-8');
    expect(await faultOf(organizer.event.get.query({ eventId: id }))).toMatchObject({
      fault: 'not_found',
    });
  });
});

describe('a request that two may read in two ways is 400, and says why', () => {
  const line = 'GET /trpc/health.live HTTP/1.1';

  test.each([
    ['two hosts', ['host: a', 'host: b'], 'host'],
    ['the same host twice', ['Host: a', 'HOST: a'], 'host'],
    ['two tokens', ['host: a', 'authorization: Bearer a', 'authorization: b'], 'authorization'],
    ['two media types', ['host: a', 'content-type: a/b', 'content-type: c/d'], 'content-type'],
    ['no host', [], 'host'],
    ['an empty host', ['host:'], 'host'],
    ['a host that is none', ['host: a b'], 'host'],
    ['a host with a path', ['host: a/trpc'], 'host'],
    ['a host with a user', ['host: a@b'], 'host'],
  ])('%s', async (_, lines, name) => {
    const fault = faultIn(await sentRaw(line, ...lines));
    expect(fault).toMatchObject({ status: 400, fault: 'bad_input' });
    expect(fault.message).toContain(`header ${name}`);
    expect(fault.message).not.toContain('JSON');
  });

  test.each(['no colon in it', 'a space: x', 'x: a\u0000b'])(
    'a header that is none (%j)',
    async (header) => {
      const fault = faultIn(await sentRaw(line, 'host: a', header));
      expect(fault).toMatchObject({ status: 400, message: 'The request is not well-formed HTTP.' });
    },
  );

  test.each(['/trpc/health%2Elive', '/trpc/%68ealth.live', '/trpc/event%2Ewatch', '/%74rpc/x'])(
    'a path with something encoded in it: %s',
    async (target) => {
      const fault = faultIn(await sentRaw(`GET ${target} HTTP/1.1`, 'host: a'));
      expect(fault).toMatchObject({ status: 400, fault: 'bad_input' });
      expect(fault.message).toContain('percent encoding');
    },
  );

  test('negative control: one host, with a port or in brackets, or none in HTTP/1.0, is answered', async () => {
    for (const host of ['host: a', 'host: a:3000', 'host: [::1]:3000']) {
      expect(await sentRaw(line, host)).toContain(' 200 OK');
    }
    expect(await sentRaw('GET /trpc/health.live HTTP/1.0')).toContain(' 200 OK');
  });
});
