import {
  asCalled,
  type ExitCode,
  exitCodeOfVerdict,
  say,
  stepsOn,
  untilInterrupted,
  UsageError,
} from '@holdfast/command';
import { Command } from 'commander';
import { linkTo, salePath } from '../development/link.ts';
import { openInBrowser } from '../development/open-in-browser.ts';
import { untilEnter } from '../development/until-enter.ts';
import { readEnv } from '../env.ts';
import { runTrial, type TrialPlan, type Watch } from '../judge/trial.ts';
import { runCrowd } from '../load/storm.ts';
import { expectOpenFiles } from '../stack/open-files.ts';
import { ordinaryStack, type Stack, startStack, tellOfTheDead } from '../stack/stack.ts';
import { untilStopped } from '../stack/until-stopped.ts';
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
Where there is no Redis it goes without, and says so.

With --watch it prints a link to the page of the sale that signs in once, opens
it where there is a browser, and waits for Enter before the crowd comes. All
stays up until Ctrl-C. It needs a terminal: somebody has to press that key.`;

const help = helpAfter(about, [
  ['pnpm demo', 'the story'],
  ['pnpm demo --watch', 'the story, with the page of the sale in a browser'],
  ['pnpm demo --json', 'the figures'],
  ['pnpm demo --without-redis', 'on PostgreSQL alone'],
]);

interface DemoOptions extends RedisOption {
  readonly json?: boolean;
  readonly watch?: boolean;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('1,000 users, 500 seats, everything real: watch it sell out, and check it')
    .option('--watch', 'on the page of the sale, in a browser; until Ctrl-C')
    .addOption(withoutRedis())
    .option('--json', 'print the report as JSON')
    .addHelpText('after', help)
    .action(async (options: DemoOptions) => {
      if (options.watch === true) refuseUnwatched();
      expectOpenFiles(plan.userCount);
      process.exitCode = await untilInterrupted((stop) => run(options, stop));
    });
}

async function run(options: DemoOptions, stop: AbortSignal): Promise<ExitCode> {
  const { watch: isWatched = false } = options;
  const steps = stepsOn(process.stderr, stop);
  const redis = redisWanted(options);
  await using stack = await startStack({ ...ordinaryStack, hasPages: isWatched, redis, steps });
  const beforeCrowd = (eventId: string) => showPage(stack, eventId, stop);
  const watch: Watch = { steps, stop, ...(isWatched && { beforeCrowd }) };
  const detailed = await runTrial(stack, plan, watch);
  tellOfTheDead(stack, steps);
  say({ json: detailed.report, text: (layout) => storyText(detailed, layout) }, options);
  if (isWatched) {
    tell('The page stays up until Ctrl-C.');
    await untilStopped(stack, { stop, tell });
  }
  return exitCodeOfVerdict(detailed.report.verdict);
}

/** Where nobody can press a key, it would wait for ever; and to go on by itself would be over before anybody looks. */
function refuseUnwatched(): void {
  if (!process.stdin.isTTY) {
    throw new UsageError(
      '--watch waits for a key, and there is no terminal. Run it in one, or leave --watch out.',
    );
  }
  if (!readEnv().wantsPages) {
    throw new UsageError('--watch shows a page, and WEB=false leaves pages out. Leave one out.');
  }
}

/** Prints where the sale can be watched, opens it where that is possible, and waits for somebody who does. */
async function showPage({ url, door }: Stack, eventId: string, stop: AbortSignal): Promise<void> {
  const path = salePath(eventId);
  const address = door === null ? url + path : linkTo(url, path, door.issueCode());
  const { platform } = process;
  const isOpened = openInBrowser(address, { platform, hasDisplay: readEnv().hasDisplay });
  tell(
    isOpened
      ? 'The sale, in your browser (the link signs in once):'
      : 'Open the sale in a browser (the link signs in once):',
  );
  tell(`  ${address}`);
  tell('Then press Enter here: 1,000 users will come.');
  await untilEnter(stop);
}

function tell(line: string): void {
  process.stderr.write(asCalled(`${line}\n`));
}
