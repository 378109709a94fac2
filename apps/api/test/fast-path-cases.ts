import { faultKinds } from '../src/http/fault-kinds.ts';
import type { Sent } from './both-ways.ts';

export const get = (target: string, headers = {}): Sent => ({ target: `/trpc/${target}`, headers });

export const json = { 'content-type': 'application/json' };

const post = (path: string, body: string | Uint8Array, headers = {}): Sent => ({
  method: 'POST',
  target: `/trpc/${path}`,
  body,
  headers: { ...json, 'content-length': Buffer.byteLength(body), ...headers },
});

const queried = (input: unknown) => encodeURIComponent(JSON.stringify(input));

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** What is sent, in words and as it is. */
type Case = readonly [string, Sent];

/** What the fast path answers with 200. */
export const goodCalls: readonly Case[] = [
  ['a query without input', get('health.live')],
  ['a query without output', get('health.ready')],
  ['a query', get(`event.get?input=${queried({ a: [1, null, 'ü🎪', '\u2028'] })}`)],
  ['a query with spaces as plus', get('event.get?input=%22a+b%22')],
  ['a query with its input twice', get('event.get?input=1&input=2')],
  ['a query with an input that is empty', get('event.get?input=')],
  ['a query with an input that is null', get('event.get?input=null')],
  ['a query with what nobody asks for', get('event.get?x=1&input=3&__proto__=4')],
  ['a query with a batch of another name', get('event.get?batch=true&input=3')],
  ['a query that says it is JSON', get('event.get?input=1', json)],
  ['a query without a token', get('event.get?input=1', { authorization: '' })],
  ['a mutation', post('booking.book', '{"a":{"b":[1.5,"ü🎪"]}}')],
  ['a mutation of null', post('booking.book', 'null')],
  ['a mutation of a text', post('booking.book', '"x"')],
  ['a mutation with an input in its query', post('booking.book?input=2', '1')],
  [
    'a mutation with a charset',
    post('booking.book', '1', { 'content-type': `${json['content-type']}; charset=UTF-8` }),
  ],
  ['a mutation in capitals', post('booking.book', '1', { 'content-type': 'Application/JSON' })],
  ['a mutation with a byte order mark', post('booking.book', '\ufeff{"a":1}')],
  ['a HEAD', { ...get('event.get?input=1'), method: 'HEAD' }],
  ['a HEAD of a batch', { ...get('health.live,health.live?batch=1'), method: 'HEAD' }],
  ['a mutation that accepts anything', post('booking.book', '1', { accept: '*/*' })],
  [
    'keys that reach for the prototype',
    post('booking.book', '{"__proto__":{"a":1},"constructor":2}'),
  ],
  ['numbers that are none', post('booking.book', '[1e999,-0,0.1]')],
  ['four thousand brackets', get(`event.get?input=${nested(4_000)}`)],
  ['duplicate keys', post('booking.book', '{"a":1,"a":2}')],
];

/** What the fast path answers, whatever the status. */
export const batches: readonly Case[] = [
  ['of one', get(`event.get?batch=1&input=${queried({ 0: 'x' })}`)],
  ['of queries', get(`event.get,health.live,event.get?batch=1&input=${queried({ 0: 1, 2: [2] })}`)],
  ['without input', get('health.live,health.live?batch=1')],
  ['asked for twice', get('health.live,health.live?batch=1&batch=0')],
  ['of mutations', post('booking.book,booking.book?batch=1', '{"0":{"a":1},"1":{"b":2}}')],
  ['with more inputs than calls', post('booking.book?batch=1', '{"0":1,"1":2,"length":9}')],
  ['with fewer inputs than calls', post('booking.book,booking.book?batch=1', '{"1":2}')],
  ['with inputs that are null', post('booking.book,booking.book?batch=1', '{"0":null,"1":null}')],
  ['with its inputs inside of __proto__', post('booking.book?batch=1', '{"__proto__":{"0":1}}')],
  ['that is a list', post('booking.book,booking.book?batch=1', '[1,2]')],
  ['that is null', post('booking.book?batch=1', 'null')],
  ['that is a text', post('booking.book?batch=1', '"0"')],
  ['that is no JSON', post('booking.book,booking.book?batch=1', '{')],
  [
    'of good and bad',
    post(
      'booking.book,booking.reserve?batch=1',
      '{"0":1,"1":{"fault":"overloaded","retryAfterMs":1500}}',
    ),
  ],
  [
    'of bad alone',
    post(
      'booking.reserve,booking.reserve?batch=1',
      '{"0":{"fault":"overloaded","retryAfterMs":100},"1":{"fault":"contended","retryAfterMs":2001}}',
    ),
  ],
  [
    'of statuses that differ',
    post(
      'booking.reserve,booking.reserve?batch=1',
      '{"0":{"fault":"not_found"},"1":{"fault":"internal"}}',
    ),
  ],
  [
    'of what may be called and what may not',
    get(`event.get,event.list?batch=1&input=${queried({})}`),
  ],
  ['without a token', post('booking.book,booking.book?batch=1', '{}', { authorization: '' })],
  [
    'with a token that is none',
    get('event.get,health.live?batch=1', { authorization: 'Bearer x' }),
  ],
  [
    'with a token that is none, where some need one',
    get('event.get,booking.get?batch=1', { authorization: 'Bearer x' }),
  ],
  ['with something that is no JSON', get('health.live,booking.get?batch=1')],
  ['of as many as there may be', get(`${Array(20).fill('health.live').join()}?batch=1`)],
];

/** What the fast path answers with a fault. */
export const badCalls: readonly Case[] = [
  ...['{', '{"a":canary}', '1 2', "{'a':1}", '\u0000', '[1,]', 'undefined', ' '].map(
    (body): Case => [`a body that is ${JSON.stringify(body)}`, post('booking.book', body)],
  ),
  ['a body that is not UTF-8', post('booking.book', new Uint8Array([34, 255, 254, 34]))],
  ['an input that is no JSON', get('event.get?input={canary')],
  ['a HEAD that may not', { ...get('booking.get', { authorization: '' }), method: 'HEAD' }],
  ['an input that does not decode', get('event.get?input=%zz')],
  ['an input that is wrong', post('booking.reserve', '{"fault":"none"}')],
  ['a body that nobody may send', post('booking.book', '{', { authorization: '' })],
  ['ten thousand brackets', post('booking.book', nested(10_000))],
  ['nobody', post('booking.book', '1', { authorization: '' })],
  ['a role that may not', post('event.create', '1')],
  ['a token that is none', get('booking.get?input=1', { authorization: 'Bearer forged' })],
  ['another scheme', get('booking.get?input=1', { authorization: 'Basic YTpi' })],
  ['a result that is no JSON', get('booking.get')],
  ...Object.keys(faultKinds).map(
    (fault): Case => [`the fault ${fault}`, post('booking.reserve', JSON.stringify({ fault }))],
  ),
  [
    'a fault with a wait',
    get(`event.list?input=${queried({ fault: 'overloaded', retryAfterMs: 1 })}`),
  ],
  ...['error', 'cause', 'trpc', 'conflict', 'output'].map(
    (kind): Case => [`what is thrown as ${kind}`, post('booking.confirm', JSON.stringify(kind))],
  ),
];

/** What the fast path must not touch. */
export const forTheAdapter: readonly Case[] = [
  ['an unknown path', get('booking.none')],
  ['an unknown path beside a known one', get('health.live,none?batch=1')],
  ['no path', get('')],
  ['a path of commas', get(',,?batch=1')],
  ['a path that reaches for the prototype', get('__proto__')],
  ['a path that reaches for a method', get('health.live.toString')],
  ['a list of paths that is no batch', get('health.live,health.live')],
  ['a path with a slash at its end', get('health.live/')],
  ['an encoded path', get('health%2Elive')],
  ['an encoded comma', get('health.live%2Chealth.live?batch=1')],
  ['a path that does not decode', get('%zz')],
  ['a path that is too long', get(`${'health.live,'.repeat(60)}health.live?batch=1`)],
  ['a fragment', get('event.get?input=1#2')],
  ['a batch over the limit', get(`${Array(21).fill('health.live').join()}?batch=1`)],
  ['a batch that mixes', post('booking.book,health.live?batch=1', '{}')],
  ['a mutation with GET', get('booking.book?input=1')],
  ['a query with POST', post('health.live', '{}')],
  ['connection parameters', get('event.get?connectionParams=%7B')],
  ['a stream that is asked for', get('event.get?batch=1', { 'trpc-accept': 'application/jsonl' })],
  ['a stream that is asked for, not in a batch', get('event.get', { accept: 'application/jsonl' })],
  ['a query that says it is a form', get('event.get', { 'content-type': 'multipart/form-data' })],
  ['a query with a body', { ...get('event.get', { 'content-length': 1 }), body: '1' }],
  ['an empty body', post('booking.book', '')],
  [
    'a body without its length',
    post('booking.book', '{"a":1}', { 'content-length': '', 'transfer-encoding': 'chunked' }),
  ],
  ['a body that is too large', post('booking.book', `"${'x'.repeat(65_536)}"`)],
  [
    'another charset',
    post('booking.book', '1', { 'content-type': 'application/json; charset=latin1' }),
  ],
  [
    'a parameter of the media type',
    post('booking.book', '1', { 'content-type': 'application/json;x=1' }),
  ],
  ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''].map(
    (type): Case => [`a body as ${type}`, post('booking.book', '1', { 'content-type': type })],
  ),
  ...['PUT', 'DELETE', 'OPTIONS'].map(
    (method): Case => [`the method ${method}`, { ...get('health.live'), method }],
  ),
  ['a host that is none', get('health.live', { host: 'a b' })],
  ['a host with a path', get('health.live', { host: 'a/b' })],
  ['a host with a name before it', get('health.live', { host: 'a@b' })],
  ['two tokens', get('health.live', { authorization: ['Bearer a', 'Bearer b'] })],
  ['a compressed body', post('booking.book', '1', { 'content-encoding': 'gzip' })],
  ['a body that says it is not', post('booking.book', '1', { 'content-encoding': 'identity' })],
  ['a HEAD of an unknown path', { ...get('none'), method: 'HEAD' }],
  ['a HEAD of a mutation', { ...get('booking.book'), method: 'HEAD' }],
  ['a HEAD of what is odd', { ...get('event.get?input=1#2'), method: 'HEAD' }],
  ['a whole URL', { target: 'http://127.0.0.1/trpc/health.live' }],
];
