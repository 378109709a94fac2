import { sleepUntilAborted } from './call-with-retries.ts';
import { AttemptFailed, type Failure, failure } from './failure.ts';
import { ruleOf } from './fault.ts';
import { HoldfastError } from './holdfast-error.ts';
import { isObject, readFailure } from './read-failure.ts';
import { type RetryOptions, waitBeforeRetryMs } from './retry-options.ts';
import { openStream, type StreamSource } from './stream.ts';
import type { EventUpdate } from './wire.ts';

export interface WatchInput {
  readonly eventId: string;
  /** The last version that the caller knows: what came after it comes first. Default: none. */
  readonly afterVersion?: number | undefined;
}

export interface WatchOptions {
  /** Ends the watching, in peace. */
  readonly signal?: AbortSignal | undefined;
  /** The connection was cut, or could not be made. It is made again by itself. */
  readonly onCut?: ((why: HoldfastError) => void) | undefined;
}

/** Watches an event: see EventCalls. */
export type Watch = (input: WatchInput, options?: WatchOptions) => AsyncIterable<EventUpdate>;

/**
 * A watch that outlives its connections. It tries for as long as it is wanted, with waits that grow
 * to `backoffMaxMs`: a page that was left open over night goes on in the morning.
 */
export function createWatch(source: StreamSource, retry: RetryOptions): Watch {
  return (input, options = {}) => watch({ source, retry }, input, options);
}

async function* watch(
  { source, retry }: { readonly source: StreamSource; readonly retry: RetryOptions },
  { eventId, afterVersion }: WatchInput,
  { signal = new AbortController().signal, onCut }: WatchOptions,
): AsyncGenerator<EventUpdate> {
  let known = afterVersion ?? null;
  let failureCount = 0;
  const isOver = () => signal.aborted;
  while (!isOver()) {
    let why = ended;
    try {
      for await (const update of updatesAfter(source, { eventId, known }, signal)) {
        known = update.changes.at(-1)?.version ?? known;
        failureCount = 0;
        yield update;
      }
    } catch (error) {
      why = readFailure(error);
    }
    if (isOver()) return;
    tell(why, onCut);
    failureCount += 1;
    const waitMs = waitBeforeRetryMs(retry, failureCount, why.retryAfterMs);
    await sleepUntilAborted(retry.sleep(waitMs), signal);
  }
}

/** What one connection brings that is new to who knows this version. */
async function* updatesAfter(
  source: StreamSource,
  { eventId, known }: { readonly eventId: string; readonly known: number | null },
  signal: AbortSignal,
): AsyncGenerator<EventUpdate> {
  const input = known === null ? { eventId } : { eventId, lastEventId: String(known) };
  let last = known;
  for await (const message of openStream(source, { path: 'event.watch', input }, signal)) {
    const update = newIn(message, last);
    if (update === null) continue;
    last = update.changes.at(-1)?.version ?? last;
    yield update;
  }
}

/** Throws it, where no waiting helps. */
function tell(why: Failure, onCut: WatchOptions['onCut']): void {
  const error = new HoldfastError(why, false);
  if (!ruleOf(why.fault).isRetriable) throw error;
  onCut?.(error);
}

/** The connection may end in peace: behind a proxy, or because the api wants to see the token again. */
const ended: Failure = failure({ fault: 'network', message: 'The api ended the stream.' });

/** What of a message is new to who knows this version; `null`: nothing. */
function newIn(message: unknown, known: number | null): EventUpdate | null {
  if (!isUpdate(message)) {
    throw new AttemptFailed({ fault: 'bad_answer', message: 'No Holdfast api says such things.' });
  }
  if (message.restarted || known === null) return message;
  const changes = message.changes.filter(({ version }) => version > known);
  return changes.length === 0 ? null : { restarted: false, changes };
}

function isUpdate(message: unknown): message is EventUpdate {
  return (
    isObject(message) &&
    typeof message['restarted'] === 'boolean' &&
    Array.isArray(message['changes']) &&
    message['changes'].every((change) => isObject(change) && Number.isInteger(change['version']))
  );
}
