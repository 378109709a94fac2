import { randomUUID } from 'node:crypto';
import type { AbuseName, AbuseTarget } from './kinds.ts';

const batchSize = 20;
const bodyBytes = 65_000;

/** Whom the proxy in front heard: the abuser has one address, whoever else has others. */
const forwardedFor = 'x-forwarded-for: 203.0.113.66';

/** The next request of an abuser, as bytes; a new one each time, so that no cache has its answer. */
export type NextRequest = () => Buffer;

/**
 * What an abuser of this kind sends on a connection; `null`: nothing.
 *
 * @example const next = requestsOf('cancels', target); socket.write(next())
 */
export function requestsOf(name: AbuseName, target: AbuseTarget): NextRequest | null {
  const { token, eventId, soldOutId } = target;
  const post = (paths: readonly string[], inputs: readonly object[]) =>
    postOf(`/trpc/${paths.join(',')}?batch=1`, JSON.stringify(byIndex(inputs)), token);
  const many = <T>(one: () => T): readonly T[] => Array.from({ length: batchSize }, one);
  const hold = (at: string) => ({ eventId: at, bookingId: randomUUID(), quantity: 1 });
  switch (name) {
    case 'nothing':
      return null;
    case 'refused':
      return () =>
        post(
          many(() => 'booking.reserve'),
          many(() => ({ ...hold(soldOutId), isFirstAttempt: true })),
        );
    case 'holds':
      return () => {
        const holds = many(() => hold(eventId)).slice(batchSize / 2);
        const inputs = holds.flatMap(({ quantity, ...booking }) => [
          { ...booking, quantity },
          booking,
        ]);
        return post(
          holds.flatMap(() => ['booking.reserve', 'booking.cancel']),
          inputs,
        );
      };
    case 'cancels':
      return () =>
        post(
          many(() => 'booking.cancel'),
          many(() => ({ eventId, bookingId: randomUUID() })),
        );
    case 'reads':
      return () => {
        const inputs = many(() => ({ from: randomInstant(), limit: 100 }));
        const path = many(() => 'event.list').join(',');
        return getOf(`/trpc/${path}?batch=1&input=${encoded(byIndex(inputs))}`);
      };
    case 'watchers':
      return () => getOf(`/trpc/event.watch?input=${encoded({ eventId })}`);
    case 'bad_tokens':
      return () => getOf('/trpc/booking.mine', badToken(token));
    case 'oversized': {
      const sizes = [bodyBytes, 2 * bodyBytes];
      let count = 0;
      return () => {
        count += 1;
        const text = JSON.stringify({ note: '['.repeat(sizes[count % 2] ?? bodyBytes) });
        return postOf('/trpc/booking.reserve', text, token);
      };
    }
  }
}

/** The inputs of a batch as tRPC has them. */
const byIndex = (inputs: readonly object[]) => Object.fromEntries(inputs.entries());

const encoded = (input: object) => encodeURIComponent(JSON.stringify(input));

function postOf(path: string, body: string, token: string): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: holdfast',
    forwardedFor,
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function getOf(path: string, token: string | null = null): Buffer {
  const head = [`GET ${path} HTTP/1.1`, 'host: holdfast', forwardedFor];
  if (token !== null) head.push(`authorization: Bearer ${token}`);
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n`);
}

/** Within a year from now: another list each time. */
function randomInstant(): string {
  return new Date(Date.now() + Math.floor(Math.random() * 3.15e10)).toISOString();
}

/** Another one each time, for a server may remember which are bad. */
function badToken(token: string): string {
  return `${token.slice(0, token.lastIndexOf('.'))}.${randomUUID().replaceAll('-', '')}`;
}
