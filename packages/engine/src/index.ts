/**
 * The booking engine in process: what is neither rules, SQL, Redis protocol nor HTTP. Start with
 * `openHoldfast`; who builds a server around it takes `openEngine`.
 */
export { type Deadline, deadlineAfter, within } from './deadline.ts';
export { Shares } from './fair/shares.ts';
export { FairQueue } from './fair/fair-queue.ts';
export { Turns } from './fair/turns.ts';
export { DeadlineExceeded, Draining, EngineFault, EventNotFound, Overloaded } from './faults.ts';
export { createGroupCommitter } from './lane/group-committer.ts';
export type {
  CommandGroup,
  GroupCommitter,
  GroupCommitterOptions,
  OutcomeUnknown,
} from './lane/group-words.ts';
export type { Lanes } from './lane/lanes.ts';
export type { GivenOrderOutcome, OrderArrival } from './lane/order-words.ts';
export type { RedisSettings } from './lane/open-admission.ts';
export type { Arrival, GivenCommand, GivenOutcome } from './lane/words.ts';
export { type EngineLimits, limitsDefault, limitsOf } from './limits.ts';
export type { LiveAvailability, Watching } from './live/live-availability.ts';
export { lastVersionOf, type LiveChange, type LiveUpdate } from './live/live-change.ts';
export type { Listener } from './live/live-watcher.ts';
export { watchEvent, type WatchOptions } from './live/watch-event.ts';
export type { HoldfastOptions } from './holdfast-options.ts';
export { type Engine, type EngineParts, openEngine } from './open-engine.ts';
export {
  type Holdfast,
  openHoldfast,
  type ReadOptions,
  type SubmitOptions,
} from './open-holdfast.ts';
export { absenceMsMax } from './reads/cached-entry.ts';
export type { CachedReads } from './reads/cached-reads.ts';
export { type EventView, type EventViews, viewOf, viewsOf } from './reads/event-view.ts';
export type { Reads } from './reads/open-reads.ts';
export type { ReadQueue } from './reads/read-queue.ts';
export type { WorkerNote } from './reads/worker-watch.ts';
export type { SaleListener } from './sale/live-sale.ts';
export type { LiveSales, SaleWatching } from './sale/live-sales.ts';
export type { SaleNow, SaleSecond, SaleUpdate } from './sale/sale-update.ts';
export type { BoundMetrics } from './metrics/bound-metrics.ts';
export { createTallies, type Tally } from './metrics/tally.ts';
