import { randomInt } from 'node:crypto';
import { wholeNumber } from '@holdfast/cli/parts';
import { Option } from 'commander';
import { rehearsalCommand } from '../rehearsal.ts';
import { redisFailoverText } from './redis-failover-text.ts';
import { runRedisFailover } from './run-redis-failover.ts';
import { type Scenario, scenarios } from './scenarios.ts';

interface RedisFailoverOptions {
  readonly with: Scenario['name'] | typeof all;
  readonly runs: number;
  readonly seed?: number;
}

const all = 'all';
const runCountMax = 20;
const seedMax = 999_999_999;
const minutesEach = 2;

const about = `
Puts a load (bookings, holds, orders, the worker's queue) on two api processes and
on each kind of Redis that is more than one server, and breaks it under load:
${scenarios.map(({ name, title }) => `  ${name.padEnd(14)} ${title}`).join('\n')}

It passes if no answered booking was lost, nobody was told "sold out" while there
were seats, every call was answered, early refusals and the queue went on by
themselves, and every change was delivered.

Examples:
  pnpm rehearse redis-failover                           each once: two minutes
  pnpm rehearse redis-failover --with sentinel --runs 5`;

/** `pnpm rehearse redis-failover` */
export const redisFailover = () =>
  rehearsalCommand<RedisFailoverOptions>({
    name: 'redis-failover',
    title: 'Kill masters of Redis, and move slots of a Redis Cluster, under load',
    about,
    options: [
      new Option('--with <name>', 'one of them')
        .choices([...scenarios.map(({ name }) => name), all])
        .default(all),
      new Option('--runs <n>', 'how often each').argParser(wholeNumber(1, runCountMax)).default(1),
      new Option('--seed <n>', 'repeats the choices of a run').argParser(wholeNumber(0, seedMax)),
    ],
    // The packages bring PostgreSQL and Redis.
    programs: () => [],
    minutesMax: (options) => chosen(options).length * options.runs * minutesEach,
    run: async (options, watching) => {
      const { runs: runCount, seed = randomInt(seedMax) } = options;
      const plan = { scenarios: chosen(options), runCount, seed };
      const report = await runRedisFailover(plan, watching);
      return { report, text: (layout) => redisFailoverText(report, layout) };
    },
  });

function chosen({ with: name }: Pick<RedisFailoverOptions, 'with'>): readonly Scenario[] {
  return scenarios.filter((scenario) => name === all || scenario.name === name);
}
