import { silentSteps } from '@holdfast/command';
import type { Watch } from '../judge/trial.ts';
import { withDatabase } from '../servers/database.ts';
import { versionsOf } from '../servers/versions.ts';
import { ordinaryStack, startStack, tellOfTheDead } from '../stack/stack.ts';
import { latencyPoint, overbookingPoint, runCrowds, stressPoint } from './crowd.ts';
import { databaseFailurePoint } from './database-failure.ts';
import { indexesPoint } from './indexes.ts';
import type { Point } from './point.ts';
import { redisFailurePoint } from './redis-failure.ts';
import { sign, signatureOf, type SignedList } from './sign.ts';

/**
 * Runs the six points of the guide's list on a stack of its own, in the guide's order, but for the second: the
 * database is asked for overbookings when all has been done to it.
 *
 * @example (await runChecklist({ steps, stop })).verdict // 'pass'
 */
export async function runChecklist(watch: Watch): Promise<SignedList> {
  const { steps } = watch;
  await using stack = await startStack({ ...ordinaryStack, redis: 'required', steps });
  const crowds = await steps.step('Crowds of 100 users', () =>
    runCrowds(stack, { ...watch, steps: silentSteps }),
  );
  const redisFailure = await redisFailurePoint(stack, watch);
  const databaseFailure = await steps.step('PostgreSQL is stopped, and comes back', () =>
    databaseFailurePoint(stack),
  );
  const indexes = await steps.step('Plans of what is read', () => indexesPoint(stack.databaseUrl));
  const overbooking = await overbookingPoint(stack, crowds);
  tellOfTheDead(stack, steps);
  const points: readonly Point[] = [
    stressPoint(crowds),
    overbooking,
    latencyPoint(crowds),
    redisFailure,
    databaseFailure,
    indexes,
  ];
  const versions = await withDatabase({ url: stack.databaseUrl }, (database) =>
    versionsOf(database, stack.redisUrl),
  );
  return sign(points, await signatureOf(versions));
}
