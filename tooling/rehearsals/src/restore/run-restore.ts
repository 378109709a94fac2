import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Call,
  openStage,
  ordinaryStack,
  type Stack,
  type Stage,
  startStackOn,
  startTraffic,
} from '@holdfast/cli/parts';
import { randomFrom } from '@holdfast/command/random-from';
import { makeTemporaryDirectory, queryOnce, startServices } from '@holdfast/services';
import { startTcpProxy, type TcpProxy } from '@holdfast/testing/tcp-proxy';
import type { Watching } from '../rehearsal.ts';
import { archiveAll, type Archived, backUp, restoreTo, startArchived } from './archive.ts';
import {
  bookingsTold,
  callsAfter,
  callsUntil,
  evidenceOf,
  type Moment,
  readMoment,
  violationCountOf,
} from './compare.ts';
import { countAhead, countShownWrong, untilNone } from './redis-ahead.ts';
import { restoreReportOn } from './restore-report.ts';
import { openWatcher, type Watcher } from './watcher.ts';

interface RestorePlan {
  readonly seed: number;
  /** So long bookings go on before the moment, and after it. */
  readonly secondsEach: number;
}

const processCount = 2;
/** The load after the restore. */
const afterMs = 5_000;
/** So long Redis may know, and pages may show, what was taken back. */
const healedMsMax = 30_000;

/** What there is until the disaster. */
interface Course {
  readonly archived: Archived;
  /** Where processes find PostgreSQL. */
  readonly address: TcpProxy;
  readonly stack: Stack;
  readonly stage: Stage;
  readonly watcher: Watcher;
  readonly random: () => number;
}

/**
 * Loads a Holdfast whose PostgreSQL keeps its log, remembers a moment, goes on, deletes rows as a wrong statement
 * would, and brings the database back to that moment as docs/runbook.md says. Then it compares.
 */
export async function runRestore(plan: RestorePlan, watching: Watching) {
  const { steps } = watching;
  await using started = new AsyncDisposableStack();
  const directory = await makeTemporaryDirectory();
  started.defer(() => rm(directory, { recursive: true, force: true }));
  const title = 'PostgreSQL 15 is up, and archives its log';
  const archived = await steps.step(title, () => startArchived(directory));
  // They end after all that needs them.
  const servers = started.use(new AsyncDisposableStack());
  servers.defer(() => archived.primary.stop());
  const address = await startTcpProxy(archived.primary.url);
  started.use(address);
  const stack = started.use(await startOn(address, watching, started));
  const stage = await openStage(stack);
  const random = randomFrom(plan.seed);
  const earlier = await steps.step('The base backup, under load', async () => {
    const traffic = startTraffic({ target: stack, stage, random });
    try {
      await backUp(archived);
    } finally {
      await traffic.stop();
    }
    return traffic.calls;
  });
  const watcher = started.use(await openWatcher(stack, stage.big.eventId));
  const course = { archived, address, stack, stage, watcher, random };
  const { calls, moment } = await sellOn(course, plan, watching);
  const destroyed = await steps.step('Somebody deletes half of the bookings', () =>
    destroy(course),
  );
  const restored = await restore(course, moment, { watching, servers });
  const found = await steps.step('The comparison', () =>
    compare(course, { earlier, calls, moment, callsSince: restored.callsSince }),
  );
  return restoreReportOn({ ...plan, ...destroyed, ...restored, ...found });
}

/** Everything but PostgreSQL. */
async function startOn(
  { url: databaseUrl }: TcpProxy,
  { steps }: Watching,
  started: AsyncDisposableStack,
): Promise<Stack> {
  const start = () => startServices({ directory: null, postgres: false });
  const redis = await steps.step('Redis is up', start);
  started.defer(() => redis.stop());
  const services = { ...redis, databaseUrl };
  return await startStackOn(services, { ...ordinaryStack, processCount, redis: 'required', steps });
}

/** Bookings before the moment, and after it. */
async function sellOn(course: Course, { secondsEach }: RestorePlan, { steps, stop }: Watching) {
  const { stack, stage, random } = course;
  const pass = () => sleep(secondsEach * 1_000, undefined, { signal: stop });
  const traffic = startTraffic({ target: stack, stage, random });
  try {
    await steps.step('Bookings until the moment', pass);
    const moment = await readMoment(stack.databaseUrl, () => traffic.elapsedMs());
    await steps.step('Bookings after it', pass);
    return { calls: traffic.calls, moment };
  } finally {
    await traffic.stop();
  }
}

const deleteHalf = 'delete from bookings where get_byte(uuid_send(id), 15) % 2 = 0';

/** The audit must see it. */
async function destroy({ stack, stage }: Course) {
  const { rowCount } = await queryOnce(stack.databaseUrl, deleteHalf);
  const violations = violationCountOf(await evidenceOf(stack.databaseUrl, stage, []));
  return { deleted: rowCount ?? 0, violationsThen: violations };
}

interface Restoring {
  readonly watching: Watching;
  readonly servers: AsyncDisposableStack;
}

/** As docs/runbook.md has it, step by step. */
async function restore(course: Course, moment: Moment, { watching, servers }: Restoring) {
  const { archived, address, stack, stage, random } = course;
  const { steps } = watching;
  const beganAt = performance.now();
  const processes = [stack.worker, ...stack.apis];
  await steps.step('Selling is stopped', () =>
    Promise.all(processes.map(({ child }) => child.stop())),
  );
  const toTell = await bookedSince(stack.databaseUrl, moment);
  const restored = await steps.step('The database is as it was at the moment', async () => {
    await archiveAll(archived);
    await archived.primary.stop();
    return await restoreTo(archived, moment.text);
  });
  servers.defer(() => restored.stop());
  address.moveTo(restored.url);
  const restoredMs = performance.now() - beganAt;
  const aheadThen = await countAhead(stack, stage);
  await steps.step('Selling goes on', async () => {
    await Promise.all(processes.map((each) => each.restart()));
  });
  const traffic = startTraffic({ target: stack, stage, random });
  const firstMs = untilFirst(() => traffic.calls).then(() => performance.now() - beganAt);
  await sleep(afterMs);
  await traffic.stop();
  return {
    toTell,
    restoredMs: Math.round(restoredMs),
    sellingAgainMs: Math.round(await firstMs),
    aheadThen,
    callsSince: traffic.calls,
  };
}

/** The bookings that the damaged database still has a word about: whom to tell that theirs are lost. */
async function bookedSince(url: string, { text }: Moment): Promise<ReadonlySet<string>> {
  const { rows } = await queryOnce(url, bookingsSince, { values: [text] });
  const found: readonly { id?: string }[] = rows;
  return new Set(found.flatMap(({ id }) => id ?? []));
}

/** A decision is some milliseconds older than its commit. */
const bookingsSince = `select distinct booking_id as id from ledger where booking_id is not null and at > $1::timestamptz - interval '10 s'`;

async function untilFirst(calls: () => readonly Call[]): Promise<void> {
  while (!calls().some(({ result }) => result.status === 'accepted')) await sleep(10);
}

interface Heard {
  /** Of the load during the base backup. */
  readonly earlier: readonly Call[];
  readonly calls: readonly Call[];
  readonly moment: Moment;
  /** Of the load after the restore. */
  readonly callsSince: readonly Call[];
}

async function compare(course: Course, { earlier, calls, moment, callsSince }: Heard) {
  const { stack, stage, watcher } = course;
  const forgottenMs = await untilNone(() => countAhead(stack, stage), healedMsMax);
  const shownRightMs = await untilNone(() => countShownWrong(stack, stage), healedMsMax);
  const watcherRightMs = await untilNone(
    () => countWatchedWrong(stack, watcher, stage),
    healedMsMax,
  );
  const kept = [...earlier, ...callsUntil(calls, moment), ...callsSince];
  const evidence = await evidenceOf(stack.databaseUrl, stage, kept);
  return {
    evidence,
    violations: violationCountOf(evidence),
    toldBefore: bookingsTold(callsUntil(calls, moment)),
    takenBack: bookingsTold(callsAfter(calls, moment)),
    soldAfter: bookingsTold(callsSince),
    forgottenMs,
    shownRightMs,
    watcherRightMs,
  };
}

/** 1: the page that was open all the time shows other seats than the api says. */
async function countWatchedWrong(stack: Stack, watcher: Watcher, { big }: Stage): Promise<number> {
  const { rows } = await queryOnce(
    stack.databaseUrl,
    'select available_seats as seats from events where id = $1',
    { values: [big.eventId] },
  );
  const [row]: readonly { seats?: number }[] = rows;
  return row?.seats === watcher.shown() ? 0 : 1;
}
