import { inspect } from './evidence.ts';
import { unlessInterrupted } from './interruption.ts';
import { answerTimeoutMsDefault as answerTimeoutMs, type History, type Load } from './load/load.ts';
import { countOf, figure } from './numbers.ts';
import { type DetailedReport, type Mode, reportOn } from './report.ts';
import type { Steps } from './steps.ts';
import { makeBuyers, openEvent, type Target } from './target.ts';

/** A load to put on a fresh event, and how to judge it. */
export interface TrialPlan {
  readonly mode: Mode;
  readonly userCount: number;
  readonly seatCount: number;
  /** Puts the load on. */
  readonly drive: (load: Load) => Promise<History>;
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
  const { mode, userCount, seatCount, allowErrors } = plan;
  const title = `An event with ${countOf(seatCount, 'seat')} is on sale`;
  const eventId = await steps.step(title, () => openEvent(target, 'Opening night', seatCount));
  const buyers = await steps.step(`${countOf(userCount, 'user')} with a token each`, () =>
    makeBuyers(target, userCount),
  );
  const history = await steps.progress(`${figure(userCount)} answers`, userCount, (onProgress) =>
    unlessInterrupted(
      stop,
      plan.drive({ url: target.url, eventId, buyers, answerTimeoutMs, onProgress }),
    ),
  );
  const evidence = await steps.step('Audit', () =>
    inspect({ databaseUrl: target.databaseUrl, eventId, seatCount, history }),
  );
  return reportOn({ mode, seats: seatCount, history, evidence, allowErrors });
}
