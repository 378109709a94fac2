import { expect, test } from 'vitest';
import { fetchOver } from '../src/load/router.ts';

/** Calls that a router sends to `a` and `b`, of which those in `dead` do not answer. */
function routerOver(dead: ReadonlySet<string>) {
  const sent: string[] = [];
  let nowMs = 0;
  const send: typeof fetch = async (input) => {
    const { host, pathname } = new URL(input instanceof Request ? input.url : input);
    sent.push(`${host}${pathname}`);
    if (dead.has(host)) throw new TypeError('fetch failed');
    return new Response('');
  };
  const routed = fetchOver(['http://a', 'http://b'], send, () => nowMs);
  const call = () => routed('http://any/trpc/x').catch(() => null);
  return { sent, call, wait: (ms: number) => (nowMs += ms) };
}

test('calls go to the processes in turn, with their path', async () => {
  const { sent, call } = routerOver(new Set());
  for (let count = 0; count < 4; count += 1) await call();
  expect(sent).toEqual(['a/trpc/x', 'b/trpc/x', 'a/trpc/x', 'b/trpc/x']);
});

test('one that does not answer is left out for a moment, and then asked again', async () => {
  const dead = new Set(['a']);
  const { sent, call, wait } = routerOver(dead);
  for (let count = 0; count < 3; count += 1) await call();
  expect(sent).toEqual(['a/trpc/x', 'b/trpc/x', 'b/trpc/x']);
  dead.clear();
  wait(500);
  sent.length = 0;
  for (let count = 0; count < 2; count += 1) await call();
  expect(sent.toSorted()).toEqual(['a/trpc/x', 'b/trpc/x']);
});

test('where none answers, all are asked all the same', async () => {
  const { sent, call } = routerOver(new Set(['a', 'b']));
  for (let count = 0; count < 4; count += 1) await call();
  expect(new Set(sent)).toEqual(new Set(['a/trpc/x', 'b/trpc/x']));
});
