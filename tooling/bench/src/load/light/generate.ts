import { answerParent } from '../../child.ts';
import type { User } from '../users.ts';
import { Crowd, type CrowdPlan } from './crowd.ts';
import { type CrowdResult, resultOf } from './result.ts';

export interface LightLoad extends CrowdPlan {
  /** Of the event, when it was opened. */
  readonly seatCount: number;
}

/** The generator, in a process of its own, so that its cost is its own. */
let users: readonly User[] = [];
let crowd: Crowd | null = null;

async function run(load: LightLoad): Promise<CrowdResult> {
  crowd = new Crowd(load, users);
  const before = process.cpuUsage();
  const calls = await crowd.run();
  const { user, system } = process.cpuUsage(before);
  const { seatCount } = load;
  const { countFromMs } = crowd;
  return resultOf(calls, { seatCount, countFromMs, generatorMs: (user + system) / 1_000 });
}

const functions = {
  setUsers(given: readonly User[]) {
    users = given;
  },
  run,
  /** Of the load that runs, what ended before this moment does not count. */
  countFromNow() {
    crowd?.countFromNow();
  },
};

export type GeneratorFunctions = typeof functions;

answerParent(functions);
