import { Command } from 'commander';
import { readEnv } from '../env.ts';
import { exitCodeOfVerdict } from '../exit-code.ts';
import { UsageError } from '../failure.ts';
import { helpAfter } from '../help.ts';
import { untilInterrupted } from '../interruption.ts';
import { runClosedLoop } from '../load/closed-loop.ts';
import { buyerCountMax, connectionCountMax } from '../load/load.ts';
import { runOpenLoop } from '../load/open-loop.ts';
import { figure } from '../numbers.ts';
import { expectOpenFiles } from '../open-files.ts';
import { apiUrl, numberOfProcesses, wholeNumber } from '../options.ts';
import { say } from '../output.ts';
import { reportText } from '../report-text.ts';
import { ordinaryStack, startStack, tellOfTheDead } from '../stack.ts';
import { type Steps, stepsOn } from '../steps.ts';
import { expectReachable, runningTarget, type Target } from '../target.ts';
import { runTrial, type TrialPlan } from '../trial.ts';
import { type RedisOption, redisWanted, withoutRedis } from '../without-redis.ts';

const userCountDefault = 1_000;
const seatCountDefault = 500;
const durationSecondsDefault = 10;
const durationSecondsMax = 600;
const ratePerSecondMax = 10_000;
const seatCountMax = 1_000_000;

export interface StressOptions extends RedisOption {
  readonly users?: number;
  readonly seats: number;
  readonly url?: string;
  readonly rate?: number;
  readonly duration?: number;
  readonly processes?: number;
  readonly allowErrors?: boolean;
  readonly json?: boolean;
}

const about = `
Every user has a token of its own and asks once for one seat of a new event
(booking.book).
  closed loop   the default: all users at once, over at most ${figure(connectionCountMax)} connections
  open loop     with --rate: users arrive on a fixed schedule whether or not the
                api keeps up, and each waits from when it should have arrived

Afterwards the database is audited: the invariants I1 to I8, and each
acknowledged booking one by one. The verdict is pass when nothing was oversold,
violated or lost, everybody was answered, and as many seats were sold as could
be. With --allow-errors it is about safety alone, for runs in which something is
killed on purpose.

With Redis, and once all is sold, everybody who was refused asks once more: at
least 95 % of these refusals must not reach PostgreSQL. That wave counts in no
other figure. Afterwards Redis and PostgreSQL must agree on every seat (drift
0).

With --processes each process gets the same number of users and of refusals to
answer: that is why each has a port of its own. pnpm start --processes puts them
on one.

Without --url it starts a Holdfast of its own and removes it afterwards. With
--url it needs, in the environment, AUTH_SECRET (the api's, to mint tokens) and
DATABASE_URL (the api's, to audit).`;

const examples = [
  { command: 'pnpm stress --users 1000 --seats 200', says: '800 must be refused' },
  { command: 'pnpm stress --users 100 --seats 1000', says: 'everybody gets a seat' },
  { command: 'pnpm stress --rate 300 --duration 10', says: '3,000 users, 300 a second' },
  { command: 'pnpm stress --processes 2', says: 'the users spread over two api processes' },
  { command: 'pnpm --silent stress --json | jq .latencyMs.p99', says: 'one figure' },
  {
    command: 'AUTH_SECRET=… DATABASE_URL=… pnpm stress --url http://127.0.0.1:3000',
    says: 'a Holdfast that runs already',
  },
];

export function stressCommand(): Command {
  return new Command('stress')
    .description('Put a crowd on an event, and judge what the database holds afterwards')
    .option('--users <n>', `users (default: ${userCountDefault})`, wholeNumber(1, buyerCountMax))
    .option('--seats <n>', 'seats of the event', wholeNumber(1, seatCountMax), seatCountDefault)
    .option('--url <url>', 'a running api (default: start one)', apiUrl)
    .option('--rate <n>', 'arrivals a second: open loop', wholeNumber(1, ratePerSecondMax))
    .option(
      '--duration <s>',
      `seconds of arrivals, with --rate (default: ${durationSecondsDefault})`,
      wholeNumber(1, durationSecondsMax),
    )
    .option(
      '--processes <n>',
      'processes of the api, each on a port of its own (default: 1)',
      numberOfProcesses,
    )
    .addOption(withoutRedis())
    .option('--allow-errors', 'judge safety alone')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', helpAfter({ about, examples }))
    .action(async (options: StressOptions) => {
      const plan = planOf(options);
      expectOpenFiles(plan.userCount);
      process.exitCode = await untilInterrupted(async (stop) => {
        const steps = stepsOn(process.stderr, stop);
        await using place = await placeOf(options, steps);
        const detailed = await runTrial(place.target, plan, { steps, stop });
        place.afterwards();
        say({ json: detailed.report, text: (paper) => reportText(detailed, paper) }, options);
        return exitCodeOfVerdict(detailed.report.verdict);
      });
    });
}

/** What to do, from the options. Throws UsageError where they contradict each other. */
export function planOf(options: StressOptions): TrialPlan {
  refuseForRemote(options);
  const { seats: seatCount, rate, allowErrors = false } = options;
  if (rate === undefined) {
    if (options.duration !== undefined) {
      throw new UsageError('--duration needs --rate. Add --rate, or leave --duration out.');
    }
    const userCount = options.users ?? userCountDefault;
    const drive = runClosedLoop;
    return { mode: 'closed_loop', userCount, seatCount, drive, asksAgain: true, allowErrors };
  }
  const userCount = openLoopUserCount(options, rate);
  const drive: TrialPlan['drive'] = (load) => runOpenLoop(load, rate);
  return { mode: 'open_loop', userCount, seatCount, drive, asksAgain: true, allowErrors };
}

/** What runs elsewhere was started by somebody else, in their way. */
function refuseForRemote(options: StressOptions): void {
  if (options.url === undefined) return;
  if (options.processes === undefined && options.withoutRedis === undefined) return;
  const option = options.processes === undefined ? '--without-redis' : '--processes';
  throw new UsageError(
    `${option} is for a Holdfast that the command starts itself. Leave it out, or --url.`,
  );
}

/** Users, rate and duration: any two give the third. */
function openLoopUserCount({ users, duration }: StressOptions, rate: number): number {
  const userCount = users ?? rate * (duration ?? durationSecondsDefault);
  if (duration !== undefined && userCount !== rate * duration) {
    throw new UsageError(
      `--users ${users} contradicts --rate ${rate} for ${duration} s, which makes ${rate * duration} users. Leave one of the three out.`,
    );
  }
  if (userCount > buyerCountMax) {
    throw new UsageError(
      `--rate times --duration makes ${figure(userCount)} users; at most ${figure(buyerCountMax)} are possible. Lower one of them.`,
    );
  }
  if (userCount > rate * durationSecondsMax) {
    throw new UsageError(
      `--users ${userCount} at --rate ${rate} takes longer than ${durationSecondsMax} s. Raise --rate or lower --users.`,
    );
  }
  return userCount;
}

interface Place extends AsyncDisposable {
  readonly target: Target;
  /** Tells what happened to it. */
  afterwards(): void;
}

async function placeOf(options: StressOptions, steps: Steps): Promise<Place> {
  const { url, processes: processCount = 1 } = options;
  if (url !== undefined) {
    const target = runningTarget(url, readEnv());
    await steps.step('The api and its database answer', () => expectReachable(target));
    return { target, afterwards: () => {}, [Symbol.asyncDispose]: async () => {} };
  }
  const redis = redisWanted(options);
  const stack = await startStack({ ...ordinaryStack, processCount, redis, steps });
  return {
    target: stack,
    afterwards: () => tellOfTheDead(stack, steps),
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}
