import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Attack } from './attacker.ts';

/** Who does not have a right answer by then has gone elsewhere: longer on a machine that is slow now. */
const patienceMsMin = 400;
const patienceFactor = 20;

/** A load balancer gives up by then. */
const readyTimeoutMs = 2_000;

/** Calls arrive so far apart, whatever becomes of those before: 50 in a second. */
const arrivalPeriodMs = 20;

/** What honest callers got. */
export interface Served {
  /** Of those who booked and those who read, who had the right answer in time: 0 to 1. */
  readonly rate: number;
  /** Of the questions whether it is ready, those answered 200 in time. */
  readonly readyRate: number;
  readonly medianMs: number;
  /** How long those will wait who come next. */
  readonly patienceMs: number;
}

interface Answer {
  readonly path: string;
  readonly isRight: boolean;
  readonly ms: number;
}

const agent = new Agent({ keepAlive: true });

interface Honest {
  readonly url: string;
  readonly eventId: string;
  /** Each books once. */
  readonly tokens: Iterator<string>;
}

/** Offers a moderate load of everything that callers do for so long, and counts what they get. */
export async function serveHonest(
  honest: Honest,
  durationMs: number,
  patienceMs: number = patienceMsMin,
): Promise<Served> {
  const callCount = Math.floor(durationMs / arrivalPeriodMs);
  const answers: Promise<Answer>[] = [];
  const startedAtMs = performance.now();
  for (let index = 0; index < callCount; index += 1) {
    answers.push(call(honest, index));
    await pause(Math.max(0, startedAtMs + (index + 1) * arrivalPeriodMs - performance.now()));
  }
  const all = await Promise.all(answers);
  const others = all.filter(({ path }) => path !== ready);
  const times = others.map(({ ms }) => ms).toSorted((one, other) => one - other);
  const medianMs = times[times.length >> 1] ?? 0;
  const questions = all.filter(({ path }) => path === ready);
  return {
    rate: shareInTime(others, patienceMs),
    readyRate: shareInTime(questions, readyTimeoutMs),
    medianMs,
    patienceMs: Math.max(patienceMsMin, patienceFactor * medianMs),
  };
}

const ready = 'health.ready';

function shareInTime(answers: readonly Answer[], patienceMs: number): number {
  return answers.filter(({ isRight, ms }) => isRight && ms <= patienceMs).length / answers.length;
}

/** In turn: two bookings, one reading of the event, one question whether the api is ready. */
async function call({ url, eventId, tokens }: Honest, index: number): Promise<Answer> {
  const kind = index % 4;
  if (kind === 2) {
    const input = encodeURIComponent(JSON.stringify({ eventId }));
    return await send(url, `event.get?input=${input}`);
  }
  if (kind === 3) return await send(url, ready);
  const body = JSON.stringify({ eventId, bookingId: randomUUID(), quantity: 1 });
  return await send(url, 'booking.book', { body, token: `${tokens.next().value}` });
}

/** Far longer than patience, so that a call that is lost ends the test and not the suite. */
const answerTimeoutMs = 20_000;

async function send(
  url: string,
  path: string,
  given: { readonly body: string; readonly token: string } | null = null,
): Promise<Answer> {
  const startedAtMs = performance.now();
  const headers = given && {
    authorization: `Bearer ${given.token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(given.body),
  };
  const method = given === null ? 'GET' : 'POST';
  const signal = AbortSignal.timeout(answerTimeoutMs);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${url}/trpc/${path}`, { method, agent, signal, headers: headers ?? {} })
      .once('response', resolve)
      .once('error', reject)
      .end(given?.body);
  });
  const text = Buffer.concat(await response.toArray()).toString();
  const isRight = response.statusCode === 200 && (given === null || text.includes('"confirmed"'));
  return { path, isRight, ms: performance.now() - startedAtMs };
}

const attackerPath = fileURLToPath(new URL('attacker.ts', import.meta.url));

/** An attacker that is ready and waits for the word. */
export async function prepareAttack(
  attack: Attack,
): Promise<{ begin: () => void; end: () => Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [attackerPath, JSON.stringify(attack)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  if (child.stdout === null) throw new Error('There is no pipe.');
  await Promise.race([once(child.stdout, 'data'), exited]);
  return {
    begin: () => void child.stdin?.write('go\n'),
    async end() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
