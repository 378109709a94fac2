import { randomUUID } from 'node:crypto';
import { type Database, tellSale } from '@holdfast/data';
import type { Health } from '@holdfast/process';
import { packNews, type SaleNews } from '../sale/sale-news.ts';
import type { WorkerMetrics } from './worker-metrics.ts';

/** Whoever shows a sale takes a worker for gone that is silent for three of these. */
const everyMsDefault = 2_000;

interface BeatOptions {
  readonly database: Database;
  readonly metrics: WorkerMetrics;
  readonly health: Health;
  readonly everyMs?: number;
}

/**
 * Says every other second, to all processes that listen, that this worker is there, how its jobs go and
 * what they have found. A worker that is missing cannot say so: those who listen notice.
 *
 * @example const beat = startBeat({ database, metrics, health }); await beat.stop();
 */
export function startBeat(options: BeatOptions): { stop(): Promise<void> } {
  const { database, everyMs = everyMsDefault } = options;
  const from = randomUUID();
  let isHeard = false;
  // While PostgreSQL is away all jobs fail, and say so.
  const tell = async (news: SaleNews) => {
    const told = tellSale(database, packNews(news));
    isHeard = await told.then(
      () => true,
      () => false,
    );
  };
  let telling: Promise<unknown> = Promise.resolve();
  let isTelling = false;
  const timer = setInterval(() => {
    // One that waits for a slow server is enough.
    if (isTelling) return;
    isTelling = true;
    telling = beatOf(from, options)
      .then(tell)
      .finally(() => (isTelling = false));
  }, everyMs).unref();
  return {
    async stop() {
      clearInterval(timer);
      await telling;
      // A worker that stops because PostgreSQL is away does not wait for it.
      if (isHeard) await tell({ type: 'left', from });
    },
  };
}

/** Counted once, where metrics are. */
async function beatOf(from: string, { metrics, health }: BeatOptions): Promise<SaleNews> {
  const { failing, stalled } = health();
  const [drift, violations, audited] = await Promise.all([
    metrics.driftSeats.get(),
    metrics.auditViolations.get(),
    metrics.auditCompleted.get(),
  ]);
  return {
    type: 'worker',
    from,
    failing,
    stalled,
    driftSeats: drift.values[0]?.value ?? 0,
    violationCount: violations.values[0]?.value ?? 0,
    auditedAtMs: Math.round((audited.values[0]?.value ?? 0) * 1_000),
  };
}
