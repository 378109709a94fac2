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
  urlFor,
} from './load.ts';

/** The call that a connection is waiting for. */
interface InFlight {
  readonly buyer: Buyer;
  readonly arrivedAtMs: number;
}

/** Ends the run when this much longer than a wait nothing has been answered. */
const stallMarginMs = 5_000;

const lookEveryMs = 100;

/** Some of the buyers, who all ask the same process of the api. */
interface Share {
  readonly url: string;
  readonly buyers: readonly Buyer[];
}

/** What is known of a load while it runs. */
interface Progress {
  readonly elapsedMs: () => number;
  readonly arrivals: Map<Buyer, number>;
  readonly outcomes: Map<Buyer, Outcome>;
}

/**
 * Every buyer makes one `booking.book` call, all at once: as many connections as buyers, up to
 * `connectionCountMax`; beyond that a connection takes the next buyer when its own has an answer.
 *
 * autocannon carries it, a run for each process of the api, one request a buyer: `setupRequest`
 * gives each request its buyer's token and booking id, `onResponse` gets the answer with the same
 * context. A buyer whose connection broke or fell silent is not retried; it is found afterwards,
 * because it has no outcome, and counts as an error. So everyone is in the history, exactly once,
 * whatever the api does.
 */
export async function runClosedLoop(load: Load): Promise<History> {
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const progress: Progress = { elapsedMs, arrivals: new Map(), outcomes: new Map() };
  const patience = {
    stallMs: load.answerTimeoutMs + stallMarginMs,
    answeredCount: () => progress.outcomes.size,
  };
  const runs = sharesOf(load).map((share) => endOf(runShare(load, share, progress), patience));
  await Promise.all(runs);
  const endedAtMs = elapsedMs();
  const { outcomes, arrivals } = progress;
  return load.buyers.map((buyer) => outcomes.get(buyer) ?? unanswered(buyer, arrivals, endedAtMs));
}

/** Spreads the buyers over the processes of the api, in turn. */
function sharesOf(load: Load): readonly Share[] {
  const byUrl = new Map<string, Buyer[]>();
  for (const [index, buyer] of load.buyers.entries()) {
    const url = urlFor(load, index);
    const share = byUrl.get(url);
    if (share) share.push(buyer);
    else byUrl.set(url, [buyer]);
  }
  return [...byUrl].map(([url, buyers]) => ({ url, buyers }));
}

function runShare(load: Load, { url, buyers }: Share, progress: Progress): Run {
  const { elapsedMs, arrivals, outcomes } = progress;
  const next = buyers.values();
  return autocannon<InFlight>({
    url,
    connections: Math.min(buyers.length, Math.floor(connectionCountMax / load.urls.length)),
    amount: buyers.length,
    timeout: load.answerTimeoutMs / 1_000,
    sampleInt: lookEveryMs,
    requests: [
      {
        method: 'POST',
        path: bookingUrl(url).pathname,
        setupRequest: (request, context) => {
          const { value: buyer } = next.next();
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
