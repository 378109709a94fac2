import { exitCodeOfVerdict, say, stepsOn, untilInterrupted } from '@holdfast/command';
import { Command } from 'commander';
import { runTrial, type TrialPlan } from '../judge/trial.ts';
import { runCrowd } from '../load/storm.ts';
import { expectOpenFiles } from '../stack/open-files.ts';
import { ordinaryStack, startStack, tellOfTheDead } from '../stack/stack.ts';
import { storyText } from '../tell/story.ts';
import { helpAfter } from './help.ts';
import { type RedisOption, redisWanted, withoutRedis } from './without-redis.ts';

const plan: TrialPlan = {
  mode: 'client',
  userCount: 1_000,
  seatCount: 500,
  drive: runCrowd,
  asksAgain: false,
  allowErrors: false,
};

const about = `
Starts PostgreSQL, Redis, the api and the worker, puts an event with 500 seats
on sale, and lets 1,000 users at it in the same instant. Each has a token of its
own, reserves one seat through the typed client and confirms its hold. Then the
database is audited, and everything is stopped and removed. With DATABASE_URL
and REDIS_URL it uses those servers, and a database of its own that it drops.
Where there is no Redis it goes without, and says so.`;

const help = helpAfter(about, [
  ['pnpm demo', 'the story'],
  ['pnpm demo --json', 'the figures'],
  ['pnpm demo --without-redis', 'on PostgreSQL alone'],
]);

interface DemoOptions extends RedisOption {
  readonly json?: boolean;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('1,000 users, 500 seats, everything real: watch it sell out, and check it')
    .addOption(withoutRedis())
    .option('--json', 'print the report as JSON')
    .addHelpText('after', help)
    .action(async (options: DemoOptions) => {
      expectOpenFiles(plan.userCount);
      process.exitCode = await untilInterrupted(async (stop) => {
        const steps = stepsOn(process.stderr, stop);
        const redis = redisWanted(options);
        await using stack = await startStack({ ...ordinaryStack, redis, steps });
        const detailed = await runTrial(stack, plan, { steps, stop });
        tellOfTheDead(stack, steps);
        say({ json: detailed.report, text: (layout) => storyText(detailed, layout) }, options);
        return exitCodeOfVerdict(detailed.report.verdict);
      });
    });
}
