import { AttemptFailed } from './failure.ts';
import { isObject } from './read-failure.ts';
import type { RetryOptions } from './retry-options.ts';
import type { SaleUpdate } from './sale.ts';
import { streamAgain, type WatchOptions } from './stream-again.ts';
import { openStream, type StreamSource } from './stream.ts';

/** Watches how a sale goes: see EventCalls. */
export type WatchSale = (
  input: { readonly eventId: string },
  options?: WatchOptions,
) => AsyncIterable<SaleUpdate>;

/** Seconds that are told again after a cut: more may have been heard of them since. */
const toldAgainSeconds = 3;

/** Like a watch of seats, it outlives its connections: see streamAgain. */
export function createWatchSale(source: StreamSource, retry: RetryOptions): WatchSale {
  return ({ eventId }, options = {}) => {
    let lastSecond: number | null = null;
    async function* connect({ signal, onOpen }: Ends): AsyncGenerator<SaleUpdate> {
      const lastEventId = lastSecond === null ? null : String(lastSecond - toldAgainSeconds);
      const input = lastEventId === null ? { eventId } : { eventId, lastEventId };
      const request = { path: 'event.sale', input, onOpen };
      for await (const message of openStream(source, request, signal)) {
        const update = checkUpdate(message);
        const last = update.seconds.at(-1);
        if (last !== undefined) lastSecond = Math.floor(Date.parse(last.at) / 1_000);
        yield update;
      }
    }
    return streamAgain(connect, retry, options);
  };
}

interface Ends {
  readonly signal: AbortSignal;
  readonly onOpen: WatchOptions['onOpen'];
}

function checkUpdate(message: unknown): SaleUpdate {
  if (isUpdate(message)) return message;
  throw new AttemptFailed({ fault: 'bad_answer', message: 'No Holdfast api says such things.' });
}

function isUpdate(message: unknown): message is SaleUpdate {
  return (
    isObject(message) &&
    isObject(message['now']) &&
    Array.isArray(message['seconds']) &&
    message['seconds'].every((second) => isObject(second) && typeof second['at'] === 'string')
  );
}
