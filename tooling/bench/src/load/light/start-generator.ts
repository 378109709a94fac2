import { fileURLToPath } from 'node:url';
import { startChild } from '../../child.ts';
import type { User } from '../users.ts';
import type { CrowdPlan } from './crowd.ts';
import type { GeneratorAsk, GeneratorReply } from './generate.ts';
import type { CrowdResult } from './result.ts';

/** A generator that takes some 10 µs a call, where autocannon takes 45. Disposing of it ends it. */
export interface LightGenerator extends AsyncDisposable {
  run(plan: LightLoad): Promise<CrowdResult>;
  /** Of the load that runs, what ended before this moment does not count. */
  countFromNow(): void;
}

export interface LightLoad extends CrowdPlan {
  /** Of the event, when it was opened. */
  readonly seatCount: number;
}

const entry = fileURLToPath(new URL('./generate.ts', import.meta.url));
const replyTimeoutMs = 60_000;

/**
 * Starts the generator in a process of its own, with these users.
 *
 * @example
 * await using generator = await startGenerator(users);
 * const { counts, p99Ms } = await generator.run(load);
 */
export async function startGenerator(users: readonly User[]): Promise<LightGenerator> {
  const child = startChild<GeneratorReply>({ name: 'The generator', entry });
  const ask = async (message: GeneratorAsk): Promise<GeneratorReply> => {
    const reply = child.next(replyTimeoutMs);
    child.send(message);
    const told = await reply;
    if (told.type === 'failed') throw new Error(`The generator: ${told.message}`);
    return told;
  };
  await ask({ type: 'users', users });
  return {
    async run(plan) {
      const reply = await ask({ type: 'load', ...plan });
      if (reply.type !== 'done') throw new Error(`The generator said ${reply.type}.`);
      return reply;
    },
    countFromNow: () => child.send({ type: 'count_from_now' } satisfies GeneratorAsk),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
