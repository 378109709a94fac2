import type { User } from '../users.ts';
import { Crowd, type CrowdPlan } from './crowd.ts';
import { type CrowdResult, resultOf } from './result.ts';

/** What the generator is asked: first to keep these users, then to put on a load after the other. */
export type GeneratorAsk =
  | { readonly type: 'users'; readonly users: readonly User[] }
  | ({ readonly type: 'load'; readonly seatCount: number } & CrowdPlan)
  | { readonly type: 'count_from_now' };

/** One reply an ask, but for `count_from_now`, which has none. */
export type GeneratorReply =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly message: string }
  | ({ readonly type: 'done' } & CrowdResult);

/** The generator, in a process of its own, so that its cost is its own. */
let users: readonly User[] = [];
let crowd: Crowd | null = null;

process.once('disconnect', () => process.exit());
process.on('message', (ask: GeneratorAsk) => {
  if (ask.type === 'count_from_now') {
    crowd?.countFromNow();
    return;
  }
  answer(ask).then(
    (reply) => process.send?.(reply),
    (error: unknown) => process.send?.({ type: 'failed', message: String(error) }),
  );
});

async function answer(
  ask: Exclude<GeneratorAsk, { type: 'count_from_now' }>,
): Promise<GeneratorReply> {
  if (ask.type === 'users') {
    users = ask.users;
    return { type: 'ready' };
  }
  crowd = new Crowd(ask, users);
  const before = process.cpuUsage();
  const calls = await crowd.run();
  const { user, system } = process.cpuUsage(before);
  const generatorMs = (user + system) / 1_000;
  const { seatCount } = ask;
  const { countFromMs } = crowd;
  return { type: 'done', ...resultOf(calls, { seatCount, countFromMs, generatorMs }) };
}
