import { countOf, figure, type Steps, unlessInterrupted } from '@holdfast/command';
import type { Call } from '../load/call.ts';
import { type Load, makeUsers } from '../load/load.ts';
import { openEvent, type Target } from '../load/target.ts';
import { readDrift } from './drift.ts';
import { inspect } from './evidence.ts';
import { toldBy } from './history.ts';
import { type DetailedReport, type Mode, reportOn } from './report.ts';
import { askAgain, isWorthAsking } from './second-wave.ts';

/** A load to put on a fresh event, and how to judge it. */
export interface TrialPlan {
  readonly mode: Mode;
  readonly userCount: number;
  readonly seatCount: number;
  readonly drive: (load: Load) => Promise<readonly Call[]>;
  /** Let those who were refused ask once more, to see who refuses them. */
  readonly asksAgain: boolean;
  readonly allowErrors: boolean;
}

/** How a run tells what it does, and how it is stopped. */
export interface Watch {
  readonly steps: Steps;
  readonly stop: AbortSignal;
  /** Is awaited when the event is on sale, and before anybody comes. */
  readonly beforeCrowd?: (eventId: string) => Promise<void>;
}

/**
 * Opens an event, makes a crowd, lets it book, and then asks the database what is true.
 *
 * @example
 * const { report } = await runTrial(stack, plan, { steps, stop });
 * report.verdict // 'pass'
 */
export async function runTrial(
  target: Target,
  plan: TrialPlan,
  { steps, stop, beforeCrowd = async () => {} }: Watch,
): Promise<DetailedReport> {
  const { mode, userCount, seatCount, allowErrors } = plan;
  const { urls, databaseUrl } = target;
  const onSale = `An event with ${countOf(seatCount, 'seat')} is on sale`;
  const eventId = await steps.step(onSale, () => openEvent(target, { seatCount }));
  await beforeCrowd(eventId);
  const users = makeUsers(target, userCount);
  const calls = await steps.progress(`${figure(userCount)} answers`, userCount, (onProgress) =>
    unlessInterrupted(stop, plan.drive({ urls, eventId, users, onProgress })),
  );
  const aftermath = { target, eventId, users, calls };
  const secondWave =
    plan.asksAgain && (await isWorthAsking(aftermath))
      ? await steps.step('Users who were refused ask once more', () =>
          unlessInterrupted(stop, askAgain(aftermath)),
        )
      : null;
  const told = toldBy([...calls, ...(secondWave?.calls ?? [])]);
  const [drift, evidence] = await steps.step('Audit', async () => {
    const found = await inspect({ databaseUrl, eventId, seatCount, told });
    // Where PostgreSQL does not answer, there is nothing to compare Redis with.
    return [found && (await readDrift(target, eventId)), found] as const;
  });
  const died = target.inside?.died() ?? [];
  const seats = seatCount;
  return reportOn({ mode, seats, calls, evidence, drift, secondWave, died, allowErrors });
}
