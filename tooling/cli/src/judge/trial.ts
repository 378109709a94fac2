import { readDrift } from './drift.ts';
import { inspect, toldIn } from './evidence.ts';
import { unlessInterrupted } from './interruption.ts';
import { answerTimeoutMsDefault as answerTimeoutMs, type History, type Load } from './load/load.ts';
import { countOf, figure } from './numbers.ts';
import { type DetailedReport, type Mode, reportOn } from './report.ts';
import type { Steps } from './steps.ts';
import { type Aftermath, askAgain, isWorthAsking, type SecondWave } from './second-wave.ts';
import { makeBuyers, openEvent, type Target } from './target.ts';

/** A load to put on a fresh event, and how to judge it. */
export interface TrialPlan {
  readonly mode: Mode;
  readonly userCount: number;
  readonly seatCount: number;
  /** Puts the load on. */
  readonly drive: (load: Load) => Promise<History>;
  /** Let those who were refused ask once more, to see who refuses them. */
  readonly asksAgain: boolean;
  /** Judge safety alone. */
  readonly allowErrors: boolean;
}

interface Watch {
  readonly steps: Steps;
  /** Aborts on Ctrl-C. */
  readonly stop: AbortSignal;
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
  { steps, stop }: Watch,
): Promise<DetailedReport> {
  const { mode, userCount, seatCount, asksAgain, allowErrors } = plan;
  const title = `An event with ${countOf(seatCount, 'seat')} is on sale`;
  const eventId = await steps.step(title, () => openEvent(target, 'Opening night', seatCount));
  const buyers = await steps.step(`${countOf(userCount, 'user')} with a token each`, () =>
    makeBuyers(target, userCount),
  );
  const history = await steps.progress(`${figure(userCount)} answers`, userCount, (onProgress) =>
    unlessInterrupted(
      stop,
      plan.drive({ urls: target.urls, eventId, buyers, answerTimeoutMs, onProgress }),
    ),
  );
  const secondWave = asksAgain
    ? await askOnceMore({ target, eventId, history }, { steps, stop })
    : null;
  const told = toldIn([...history, ...(secondWave?.history ?? [])]);
  const { databaseUrl } = target;
  const [drift, evidence] = await steps.step('Audit', async () => {
    const found = await inspect({ databaseUrl, eventId, seatCount, told });
    // Where PostgreSQL does not answer, there is nothing to compare Redis with.
    return [found && (await readDrift(target, eventId)), found] as const;
  });
  return reportOn({
    mode,
    seats: seatCount,
    history,
    evidence,
    drift,
    secondWave,
    died: target.inside?.died() ?? [],
    allowErrors,
  });
}

async function askOnceMore(
  aftermath: Aftermath,
  { steps, stop }: Watch,
): Promise<SecondWave | null> {
  if (!(await isWorthAsking(aftermath))) return null;
  return steps.step('Who was refused asks once more', () =>
    unlessInterrupted(stop, askAgain(aftermath)),
  );
}
