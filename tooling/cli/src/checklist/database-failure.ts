import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@holdfast/client';
import { duration } from '@holdfast/command';
import { makeUsers } from '../load/load.ts';
import { openEvent } from '../load/target.ts';
import type { Stack } from '../stack/stack.ts';
import { type Point, pointWith } from './point.ts';

const callCount = 20;
const callEveryMs = 50;
const answerTimeoutMs = 10_000;
const returnMsMax = 10_000;

/** How one call was answered; status 0: not at all. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
}

/** What was seen of an outage. */
export interface Outage {
  readonly answers: readonly Answer[];
  /** Processes that ended by themselves. */
  readonly died: readonly string[];
  /** From PostgreSQL's return to the first booking; `null`: there was none. */
  readonly sellsAgainMs: number | null;
}

/** Stops PostgreSQL, asks for bookings meanwhile, and lets it come back. */
export async function databaseFailurePoint(stack: Stack): Promise<Point> {
  return pointOfOutage(await observeOutage(stack));
}

async function observeOutage(stack: Stack): Promise<Outage> {
  const { postgres } = stack.services;
  if (postgres === null) throw new Error('This stops a PostgreSQL of its own.');
  const eventId = await openEvent(stack, { seatCount: 1_000 });
  const users = makeUsers(stack, callCount);
  const answers: Answer[] = [];
  await postgres.stop();
  try {
    for (const { token } of users) {
      answers.push(await book(stack.url, token, eventId));
      await sleep(callEveryMs);
    }
  } finally {
    await postgres.restart();
  }
  const sellsAgainMs = await untilItSells(stack, eventId);
  return { answers, died: stack.inside.died(), sellsAgainMs };
}

async function untilItSells(stack: Stack, eventId: string): Promise<number | null> {
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  while (elapsedMs() < returnMsMax) {
    const [user] = makeUsers(stack, 1);
    const { status } = await book(stack.url, user?.token ?? '', eventId);
    if (status === 200) return elapsedMs();
    await sleep(callEveryMs);
  }
  return null;
}

async function book(url: string, token: string, eventId: string): Promise<Answer> {
  const request = {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ eventId, bookingId: newId(), quantity: 1 }),
    signal: AbortSignal.timeout(answerTimeoutMs),
  };
  try {
    const response = await fetch(`${url}/trpc/booking.book`, request);
    await response.arrayBuffer();
    return { status: response.status, retryAfter: response.headers.get('retry-after') };
  } catch {
    return { status: 0, retryAfter: null };
  }
}

/** Every answer is a 503 that says when to come back, nobody died, and it sells again by itself. */
export function pointOfOutage({ answers, died, sellsAgainMs }: Outage): Point {
  const right = answers.filter(({ status, retryAfter }) => status === 503 && retryAfter !== null);
  const others = answers.filter((answer) => !right.includes(answer)).map(({ status }) => status);
  const said = [
    `PostgreSQL stopped: ${right.length} of ${answers.length} calls answered 503 with Retry-After`,
    ...(others.length > 0 ? [`the others ${others.join(', ')}`] : []),
    died.length === 0 ? 'no process died' : `died: ${died.join(', ')}`,
    sellsAgainMs === null
      ? `nothing sold ${returnMsMax / 1_000} s after its return`
      : `selling again ${duration(sellsAgainMs)} after its return`,
  ];
  return pointWith({
    title: 'Test DB failure (should return 500, not crash)',
    passed: answers.length > 0 && others.length === 0 && died.length === 0 && sellsAgainMs !== null,
    figure: said.join(', '),
    fix: 'pnpm vitest run tooling/cli/test/database-stopped does the same under load, and shows what was answered',
  });
}
