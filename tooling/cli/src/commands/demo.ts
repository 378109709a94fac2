import { Command } from 'commander';
import { exitCodeOfVerdict } from '../exit-code.ts';
import { helpAfter } from '../help.ts';
import { untilInterrupted } from '../interruption.ts';
import { expectOpenFiles } from '../open-files.ts';
import { runCrowd } from '../load/crowd.ts';
import { say } from '../output.ts';
import { ordinaryStack, startStack, tellOfTheDead } from '../stack.ts';
import { stepsOn } from '../steps.ts';
import { type RedisOption, redisWanted, withoutRedis } from '../without-redis.ts';
import { storyText } from '../story.ts';
import { runTrial, type TrialPlan } from '../trial.ts';

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

interface DemoOptions extends RedisOption {
  readonly json?: boolean;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('1,000 users, 500 seats, everything real: watch it sell out, and check it')
    .addOption(withoutRedis())
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      helpAfter({
        about,
        examples: [
          { command: 'pnpm demo', says: 'the story' },
          { command: 'pnpm demo --json', says: 'the figures' },
          { command: 'pnpm demo --without-redis', says: 'on PostgreSQL alone' },
        ],
      }),
    )
    .action(async (options: DemoOptions) => {
      expectOpenFiles(plan.userCount);
      process.exitCode = await untilInterrupted(async (stop) => {
        const steps = stepsOn(process.stderr, stop);
        const redis = redisWanted(options);
        await using stack = await startStack({ ...ordinaryStack, redis, steps });
        const detailed = await runTrial(stack, plan, { steps, stop });
        tellOfTheDead(stack, steps);
        say({ json: detailed.report, text: (paper) => storyText(detailed, paper) }, options);
        return exitCodeOfVerdict(detailed.report.verdict);
      });
    });
}
