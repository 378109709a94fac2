import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, errorCause, readAnswer } from './answer.ts';
import {
  type Buyer,
  bookingBody,
  bookingHeaders,
  bookingUrl,
  connectionCountMax,
  type History,
  type Load,
  type Outcome,
  urlFor,
} from './load.ts';

/** How long the schedule sleeps between looks at who is due. */
const scheduleTickMs = 1;

/**
 * Buyers arrive on a fixed schedule, `ratePerSecond` of them, whether or not the api keeps up, and
 * each one's latency counts from the moment it should have arrived. So a stall of the api, a queue
 * for a connection and a late load generator all show in the figures (no coordinated omission).
 *
 * autocannon's `overallRate` does not do this, so Node's own client carries the load here. Read in
 * its 9.0.0 sources: the rate is split into whole requests per connection and second, sent as a
 * burst after each tick of a one-second timer, and a connection that still waits for an answer
 * sends nothing, so arrivals stop when the api does (`lib/httpClient.js`, `_doRequest`). Its
 * correction then assumes an expected interval of `Math.ceil(1 / rate)` milliseconds, which is 1
 * for every rate: seconds taken for milliseconds, and far more phantom samples than were missed
 * (`lib/run.js`, `onResponse`).
 */
export async function runOpenLoop(load: Load, ratePerSecond: number): Promise<History> {
  const { send, close } = senderTo(load);
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  let answeredCount = 0;

  const arrive = async (buyer: Buyer, index: number): Promise<Outcome> => {
    const arrivedAtMs = (index * 1_000) / ratePerSecond;
    const sentAtMs = elapsedMs();
    const answer = await send(buyer, urlFor(load, index));
    const answeredAtMs = elapsedMs();
    load.onProgress(++answeredCount);
    return { buyer, answer, arrivedAtMs, sentAtMs, answeredAtMs };
  };

  const outcomes: Promise<Outcome>[] = [];
  for (const [index, buyer] of load.buyers.entries()) {
    const arrivesAtMs = (index * 1_000) / ratePerSecond;
    while (elapsedMs() < arrivesAtMs) await sleep(scheduleTickMs);
    outcomes.push(arrive(buyer, index));
  }
  try {
    return await Promise.all(outcomes);
  } finally {
    close();
  }
}

interface Sender {
  readonly send: (buyer: Buyer, apiUrl: string) => Promise<Answer>;
  readonly close: () => void;
}

/** Sends bookings over kept connections, at most `connectionCountMax`; the rest queue for one. */
function senderTo(load: Load): Sender {
  const transport = load.urls.every((url) => url.startsWith('https:')) ? https : http;
  const connectionCount = Math.floor(connectionCountMax / load.urls.length);
  // `maxSockets` is a limit for each host and port.
  const agent = new transport.Agent({ keepAlive: true, maxSockets: connectionCount });

  const send = (buyer: Buyer, apiUrl: string) =>
    new Promise<Answer>((resolve) => {
      const url = bookingUrl(apiUrl);
      const body = bookingBody(load.eventId, buyer);
      const headers = { ...bookingHeaders(buyer), 'content-length': Buffer.byteLength(body) };
      const request = transport.request(url, { method: 'POST', agent, headers }, (response) => {
        readText(response).then((text) => finish(readAnswer(text, buyer.bookingId)), fail);
      });
      const timer = setTimeout(() => {
        finish({ status: 'error', cause: errorCause.timeout });
        request.destroy();
      }, load.answerTimeoutMs);
      const finish = (answer: Answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      const fail = (error: unknown) => finish({ status: 'error', cause: causeOf(error) });
      request.on('error', fail);
      request.end(body);
    });
  return { send, close: () => agent.destroy() };
}

async function readText(response: http.IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) text += chunk;
  return text;
}

function causeOf(error: unknown): string {
  const isRefused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
  return isRefused ? errorCause.refused : errorCause.lost;
}
