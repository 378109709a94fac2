import { silentSteps } from '@holdfast/command';
import { type Report, runClosedLoop, runTrial, type Stack } from '@holdfast/cli/parts';

export interface StormsPlan {
  readonly userCount: number;
  readonly eventCount: number;
}

/** What came of several storms at the same time, each on an event of its own. */
export interface Storms {
  readonly userCount: number;
  readonly eventCount: number;
  readonly confirmed: number;
  readonly refused: number;
  readonly oversold: number;
  readonly lost: number;
  readonly violations: number;
  readonly bookingsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly reasons: readonly string[];
}

/** Half of each event's users get a seat. */
const seatShare = 0.5;

/** All users come in the same instant, a part of them to each event, over all api processes. */
export async function runStorms(
  stack: Stack,
  { userCount, eventCount }: StormsPlan,
  stop: AbortSignal,
): Promise<Storms> {
  const usersEach = Math.ceil(userCount / eventCount);
  const seatCount = Math.ceil(usersEach * seatShare);
  const plan = {
    mode: 'closed_loop',
    userCount: usersEach,
    seatCount,
    drive: runClosedLoop,
    asksAgain: false,
    allowErrors: false,
  } as const;
  const startedAt = performance.now();
  const trials = await Promise.all(
    Array.from({ length: eventCount }, () => runTrial(stack, plan, { steps: silentSteps, stop })),
  );
  return stormsOf(
    trials.map(({ report }) => report),
    { eventCount, tookMs: performance.now() - startedAt },
  );
}

function stormsOf(
  reports: readonly Report[],
  { eventCount }: { readonly eventCount: number; readonly tookMs: number },
): Storms {
  const total = (of: (report: Report) => number | null) =>
    reports.reduce((sum, report) => sum + (of(report) ?? 0), 0);
  const worst = (of: (report: Report) => number | null) =>
    Math.max(...reports.map((report) => of(report) ?? 0));
  return {
    userCount: total(({ users }) => users),
    eventCount,
    confirmed: total(({ confirmed }) => confirmed),
    refused: total(({ refused }) => refused),
    oversold: total(({ oversold }) => oversold),
    lost: total(({ lostAcknowledged }) => lostAcknowledged),
    violations: total(({ violations }) => violations),
    bookingsPerSecond: total(({ bookingsPerSecond }) => bookingsPerSecond),
    p50Ms: worst(({ latencyMs }) => latencyMs.p50),
    p99Ms: worst(({ latencyMs }) => latencyMs.p99),
    reasons: reports.flatMap(({ reasons }) => reasons),
  };
}
