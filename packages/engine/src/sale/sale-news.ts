import { saleNewsBytesMax } from '@holdfast/data';
import type { SampledSecond } from './sale-tallies.ts';
import type { RedisNow } from './sale-update.ts';

/** What an api process is for one event, at this moment. */
export interface ProcessNow {
  readonly watcherCount: number;
  readonly consoleCount: number;
  readonly redis: RedisNow;
}

/** What a worker says of itself. */
export interface WorkerBeat {
  readonly failing: readonly string[];
  readonly stalled: readonly string[];
  readonly driftSeats: number;
  readonly violationCount: number;
  /** Milliseconds since 1970; 0: not yet. */
  readonly auditedAtMs: number;
}

/**
 * What processes tell each other of sales, through NOTIFY: so all of them hear it, without Redis.
 *
 * `want`: consoles of these events are open there. Whoever counts them tells of them for some seconds.
 * `told`: what a process counted. `worker`: a worker is there. `left`: a process stops.
 */
export type SaleNews =
  | { readonly type: 'want'; readonly from: string; readonly eventIds: readonly string[] }
  | {
      readonly type: 'told';
      readonly from: string;
      /** The teller's clock, in milliseconds: it may be another than the hearer's. */
      readonly clockMs: number;
      readonly eventId: string;
      readonly process: ProcessNow;
      readonly seconds: readonly SampledSecond[];
    }
  | ({ readonly type: 'worker'; readonly from: string } & WorkerBeat)
  | { readonly type: 'left'; readonly from: string };

/** Raised where the meaning changes: processes of two releases may run side by side for a while. */
const edition = 1;

/** News as payloads of notifications: one, or where it tells of many seconds, as many as it takes. */
export function packNews(news: SaleNews): readonly string[] {
  const payload = JSON.stringify({ edition, ...news });
  if (Buffer.byteLength(payload) <= saleNewsBytesMax) return [payload];
  if (news.type !== 'told' || news.seconds.length < 2) return [];
  const half = Math.ceil(news.seconds.length / 2);
  const parts = [news.seconds.slice(0, half), news.seconds.slice(half)];
  return parts.flatMap((seconds) => packNews({ ...news, seconds }));
}

/** What `packNews` has packed; `null`: of another release. Throws SyntaxError where it is no JSON. */
export function unpackNews(payload: string): SaleNews | null {
  const packed: unknown = JSON.parse(payload);
  return isNews(packed) ? packed : null;
}

/** Only our own processes can speak there, so the edition vouches for the rest. */
function isNews(packed: unknown): packed is SaleNews {
  return (
    typeof packed === 'object' &&
    packed !== null &&
    'edition' in packed &&
    packed.edition === edition
  );
}
