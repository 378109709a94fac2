import { randomInt } from 'node:crypto';
import { duration, figure } from '@holdfast/command';
import { redisKill } from '../chaos/redis-faults.ts';
import type { DetailedChaosReport } from '../chaos/report.ts';
import { runFault } from '../chaos/run-fault.ts';
import type { Watch } from '../judge/trial.ts';
import type { Stack } from '../stack/stack.ts';
import { type Point, pointWith } from './point.ts';

const steadyMs = 1_500;
const seedMax = 999_999_999;

/** Kills Redis under load, as `chaos --fault redis-kill` does, and gives what that found. */
export async function redisFailurePoint(stack: Stack, watch: Watch): Promise<Point> {
  const plan = { fault: redisKill, seed: randomInt(seedMax), steadyMs };
  return pointOf(await runFault(stack, plan, watch));
}

/** @example rateText(0) // 'the old rate as soon as it was back' */
function rateText(recoveryMs: number | null): string {
  if (recoveryMs === null) return 'the old rate never again';
  const after = recoveryMs === 0 ? 'as soon as it was back' : `${duration(recoveryMs)} later`;
  return `the old rate ${after}`;
}

function pointOf({ report, acknowledgedDuringFault }: DetailedChaosReport): Point {
  const { verdict, reasons, lostAcknowledged, falseSoldOut, recoveryMs } = report;
  const said = `Redis killed under load: ${figure(acknowledgedDuringFault)} bookings while it was away, ${figure(lostAcknowledged)} lost, ${figure(falseSoldOut)} refused falsely, ${rateText(recoveryMs)}`;
  return pointWith({
    title: 'Test Redis failure (should degrade gracefully)',
    passed: verdict === 'pass' && acknowledgedDuringFault > 0,
    figure: [said, ...reasons].join('. '),
    fix: `pnpm holdfast chaos --fault redis-kill --seed ${report.seed} repeats it, with what was answered when`,
  });
}
