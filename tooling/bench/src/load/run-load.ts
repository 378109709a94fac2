import { sum } from '@holdfast/command';
import autocannon, { type Client, type Run } from 'autocannon';
import type { Script } from './requests.ts';
import { type Answered, Tally } from './tally.ts';

/** A load for one server. It ends by time, or when a connection has sent all it had. */
export interface LoadPlan {
  readonly url: string;
  readonly script: Script;
  readonly durationMs: number;
}

export interface Load {
  readonly answers: readonly Answered[];
  /** Until this moment the load was whole: then time was over, or a connection had no more to send. */
  readonly wholeUntilMs: number;
  /** Connections that broke, requests without an answer. */
  readonly errorCount: number;
  /** Sent and received, HTTP headers included. */
  readonly bytes: number;
  /** The part of one core that the generator itself took. Near 1 it is what limits. */
  readonly generatorShare: number;
}

const answerTimeoutSeconds = 20;

/** Beyond its own time, a load may wait so long for the last answers. */
const endSecondsMax = 30;

const lookEveryMs = 20;

/**
 * Puts a load on: each connection sends its next request when it has its answer. Its requests are
 * built beforehand, because building them while it runs takes the core that the servers need.
 *
 * When time is over, connections send no more and wait for their answers, so nothing is under way
 * when the next load begins.
 *
 * @example
 * const { answers } = await runLoad({ url, script: bookingScript(crowd), durationMs: 4_000 });
 */
export async function runLoad(plan: LoadPlan): Promise<Load> {
  const clients: Client[] = [];
  const { run, tally } = startGenerator(plan, clients);
  const before = process.cpuUsage();
  const timer = setTimeout(() => {
    tally.onEnd();
    for (const client of clients) client.responseMax = client.reqsMade;
  }, plan.durationMs);
  await run;
  clearTimeout(timer);
  tally.onEnd();
  const { user, system } = process.cpuUsage(before);
  const { answers, wholeUntilMs, errorCount, receivedBytes } = tally;
  const sentCount = sum(clients.map(({ reqsMade }) => reqsMade));
  return {
    answers,
    wholeUntilMs,
    errorCount: Math.max(errorCount, sentCount - answers.length),
    bytes: receivedBytes + sentBytes(plan.script, clients),
    generatorShare: (user + system) / 1_000 / tally.elapsedMs(),
  };
}

function startGenerator(
  { url, script, durationMs }: LoadPlan,
  clients: Client[],
): { readonly run: Run; readonly tally: Tally } {
  const run = autocannon({
    url,
    connections: script.length,
    duration: Math.ceil(durationMs / 1_000) + endSecondsMax,
    timeout: answerTimeoutSeconds,
    sampleInt: lookEveryMs,
    setupClient(client) {
      const requests = script[clients.length] ?? [];
      clients.push(client);
      client.setRequests(requests);
      client.responseMax = requests.length;
    },
    verifyBody(body) {
      tally.onBody(body);
      return true;
    },
  });
  // Requests are built by now, and nothing is answered yet.
  const tally = new Tally();
  run.on('response', (client, ...[, bytes, ms]) => tally.onResponse(client, bytes, ms));
  run.on('reqError', () => tally.onError());
  return { run, tally };
}

function sentBytes(script: Script, clients: readonly Client[]): number {
  const bytesOf = (requests: Script[number], count: number) =>
    sum(requests.slice(0, count).map(({ requestBuffer }) => requestBuffer?.length ?? 0));
  return sum(script.map((requests, index) => bytesOf(requests, clients[index]?.reqsMade ?? 0)));
}
