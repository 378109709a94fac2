import autocannon, { type Client } from 'autocannon';
import { type Answer, readAnswer } from './answer.ts';
import type { Script } from './requests.ts';

/** A load for one server. It ends by time, or when a connection has sent all it had. */
export interface LoadPlan {
  readonly url: string;
  readonly script: Script;
  readonly durationMs: number;
}

/** An answer, when it came after the load's begin, and how long its caller waited. */
export interface Answered {
  readonly answer: Answer;
  readonly atMs: number;
  readonly latencyMs: number;
  /** The first on its connection, which had to be opened meanwhile. */
  readonly isFirst: boolean;
}

/** What became of a load. */
export interface Load {
  /** In the order of their arrival. */
  readonly answers: readonly Answered[];
  /**
   * The load was whole from the first answer to this moment: then time was over, or a connection
   * had no more to send. Rates are taken within it.
   */
  readonly wholeUntilMs: number;
  /** Connections that broke, requests without an answer. */
  readonly errorCount: number;
  /** Sent and received, HTTP headers included. */
  readonly bytes: number;
  /** The part of one core that the generator itself took. Near 1 it is what limits. */
  readonly generatorShare: number;
}

/** Seconds without an answer after which a request counts as an error. */
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
export async function runLoad({ url, script, durationMs }: LoadPlan): Promise<Load> {
  const clients: Client[] = [];
  const answers: Answered[] = [];
  let [receivedBytes, errorCount, wholeUntilMs] = [0, 0, Infinity];
  let last = { latencyMs: 0, isFirst: true };
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
      const atMs = performance.now() - startedAt;
      answers.push({ answer: readAnswer(body), atMs, ...last });
      return true;
    },
  });
  const startedAt = performance.now();
  const before = process.cpuUsage();
  run.on('response', (client, ...[, bytes, latencyMs]) => {
    receivedBytes += bytes;
    last = { latencyMs, isFirst: client.reqsMade === 1 };
    if (client.reqsMade < client.responseMax || wholeUntilMs !== Infinity) return;
    wholeUntilMs = performance.now() - startedAt;
  });
  run.on('reqError', () => (errorCount += 1));
  const timer = setTimeout(() => {
    wholeUntilMs = Math.min(wholeUntilMs, performance.now() - startedAt);
    for (const client of clients) client.responseMax = client.reqsMade;
  }, durationMs);
  await run;
  clearTimeout(timer);
  const { user, system } = process.cpuUsage(before);
  const tookMs = performance.now() - startedAt;
  const unanswered = sum(clients.map(({ reqsMade }) => reqsMade)) - answers.length - errorCount;
  return {
    answers,
    wholeUntilMs: Math.min(wholeUntilMs, tookMs),
    errorCount: errorCount + Math.max(0, unanswered),
    bytes: receivedBytes + sentBytes(script, clients),
    generatorShare: (user + system) / 1_000 / tookMs,
  };
}

function sentBytes(script: Script, clients: readonly Client[]): number {
  return sum(
    script.map((requests, index) =>
      sum(
        requests
          .slice(0, clients[index]?.reqsMade ?? 0)
          .map(({ requestBuffer }) => requestBuffer?.length ?? 0),
      ),
    ),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
