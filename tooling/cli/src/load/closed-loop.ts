import autocannon, { type Run } from 'autocannon';
import { errorCause, readAnswer } from './answer.ts';
import {
  type Buyer,
  bookingBody,
  bookingHeaders,
  bookingUrl,
  connectionCountMax,
  type History,
  type Load,
  loadDurationMaxMs,
  type Outcome,
} from './load.ts';

/** The call that a connection is waiting for. */
interface InFlight {
  readonly buyer: Buyer;
  readonly arrivedAtMs: number;
}

/** Ends the run when this much longer than a wait nothing has been answered. */
const stallMarginMs = 5_000;

const lookEveryMs = 100;

/**
 * Every buyer makes one `booking.book` call, all at once: as many connections as buyers, up to
 * `connectionCountMax`; beyond that a connection takes the next buyer when its own has an answer.
 *
 * autocannon carries it, one request a buyer: `setupRequest` gives each request its buyer's token
 * and booking id, `onResponse` gets the answer with the same context. A buyer whose connection
 * broke or fell silent is not retried; it is found afterwards, because it has no outcome, and
 * counts as an error. So everyone is in the history, exactly once, whatever the api does.
 */
export async function runClosedLoop(load: Load): Promise<History> {
  const outcomes = new Map<Buyer, Outcome>();
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const arrivals = new Map<Buyer, number>();

  const run = autocannon<InFlight>({
    url: load.url,
    connections: Math.min(load.buyers.length, connectionCountMax),
    amount: load.buyers.length,
    timeout: load.answerTimeoutMs / 1_000,
    sampleInt: lookEveryMs,
    requests: [
      {
        method: 'POST',
        path: bookingUrl(load.url).pathname,
        setupRequest: (request, context) => {
          const buyer = load.buyers[arrivals.size];
          if (!buyer) throw new Error('autocannon asked for more requests than there are buyers');
          const arrivedAtMs = elapsedMs();
          arrivals.set(buyer, arrivedAtMs);
          Object.assign(context, { buyer, arrivedAtMs } satisfies InFlight);
          const headers = { ...request.headers, ...bookingHeaders(buyer) };
          return { ...request, headers, body: bookingBody(load.eventId, buyer) };
        },
        onResponse: (_status, body, { buyer, arrivedAtMs }) => {
          if (!buyer || arrivedAtMs === undefined) return;
          const answer = readAnswer(body, buyer.bookingId);
          const sentAtMs = arrivedAtMs;
          outcomes.set(buyer, { buyer, answer, arrivedAtMs, sentAtMs, answeredAtMs: elapsedMs() });
          load.onProgress(outcomes.size);
        },
      },
    ],
  });
  await endOf(run, {
    stallMs: load.answerTimeoutMs + stallMarginMs,
    answeredCount: () => outcomes.size,
  });

  const endedAtMs = elapsedMs();
  return load.buyers.map((buyer) => outcomes.get(buyer) ?? unanswered(buyer, arrivals, endedAtMs));
}

interface Patience {
  readonly stallMs: number;
  readonly answeredCount: () => number;
}

/** Waits for the run, and stops it when it takes too long or nothing is answered any more. */
async function endOf(run: Run, { stallMs, answeredCount }: Patience): Promise<void> {
  const startedAt = performance.now();
  let answers = 0;
  let answeredAt = startedAt;
  const watch = setInterval(() => {
    const now = performance.now();
    if (answeredCount() > answers) {
      answers = answeredCount();
      answeredAt = now;
    }
    if (now - answeredAt > stallMs || now - startedAt > loadDurationMaxMs) run.stop();
  }, lookEveryMs);
  try {
    await run;
  } finally {
    clearInterval(watch);
  }
}

/** A buyer without an answer: its connection broke or timed out, or its turn never came. */
function unanswered(
  buyer: Buyer,
  arrivals: ReadonlyMap<Buyer, number>,
  endedAtMs: number,
): Outcome {
  const arrivedAtMs = arrivals.get(buyer);
  const cause = arrivedAtMs === undefined ? errorCause.unsent : errorCause.unanswered;
  return {
    buyer,
    answer: { status: 'error', cause },
    arrivedAtMs: arrivedAtMs ?? endedAtMs,
    sentAtMs: arrivedAtMs ?? endedAtMs,
    answeredAtMs: endedAtMs,
  };
}
