import {
  countOf,
  exitCodeOfVerdict,
  figure,
  say,
  type Steps,
  stepsOn,
  untilInterrupted,
  UsageError,
} from '@holdfast/command';
import { redactUrl } from '@holdfast/process';
import { claimReportFile } from '@holdfast/report';
import { Command } from 'commander';
import { readEnv } from '../env.ts';
import { runTrial, type TrialPlan } from '../judge/trial.ts';
import { connectionCountMax, userCountMax } from '../load/load.ts';
import { runClosedLoop, runOpenLoop } from '../load/storm.ts';
import { expectReachable, runningTarget, type Target } from '../load/target.ts';
import { expectOpenFiles } from '../stack/open-files.ts';
import { ordinaryStack, startStack, tellOfTheDead } from '../stack/stack.ts';
import { reportPage, type Settings } from '../tell/report-page.ts';
import { reportText } from '../tell/report-text.ts';
import { helpAfter } from './help.ts';
import { apiUrl, numberOfProcesses, wholeNumber } from './options.ts';
import { type RedisOption, redisWanted, withoutRedis } from './without-redis.ts';

const userCountDefault = 1_000;
const seatCountDefault = 500;
const durationSecondsDefault = 10;
const durationSecondsMax = 600;

const [users, seats] = [wholeNumber(1, userCountMax), wholeNumber(1, 1_000_000)];
const [rate, duration] = [wholeNumber(1, 10_000), wholeNumber(1, durationSecondsMax)];

export interface StressOptions extends RedisOption {
  readonly users?: number;
  readonly seats: number;
  readonly url?: string;
  readonly rate?: number;
  readonly duration?: number;
  readonly processes?: number;
  readonly allowErrors?: boolean;
  readonly json?: boolean;
  readonly report?: string;
}

const about = `
Every user has a token of its own and asks once for one seat of a new event
(booking.book).
  closed loop   the default: all users at once, over at most ${figure(connectionCountMax)} connections
  open loop     with --rate: users arrive on a fixed schedule whether or not the
                api keeps up, and each waits from when it should have arrived

Afterwards the database is audited: the invariants I1 to I10, and each
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

const elsewhere = 'AUTH_SECRET=… DATABASE_URL=… pnpm stress --url http://127.0.0.1:3000';
const help = helpAfter(about, [
  ['pnpm stress --users 1000 --seats 200', '800 must be refused'],
  ['pnpm stress --users 100 --seats 1000', 'everybody gets a seat'],
  ['pnpm stress --rate 300 --duration 10', '3,000 users, 300 a second'],
  ['pnpm stress --processes 2', 'the users spread over two api processes'],
  ['pnpm stress --report stress.html', 'with charts, for a browser'],
  ['pnpm --silent stress --json | jq .latencyMs.p99', 'one figure'],
  [elsewhere, 'a Holdfast that runs already'],
]);

export function stressCommand(): Command {
  const own = 'processes of the api, each on a port of its own (default: 1)';
  const seconds = `seconds of arrivals, with --rate (default: ${durationSecondsDefault})`;
  return new Command('stress')
    .description('Send a crowd to one event, and then check what is in the database')
    .option('--users <n>', `users (default: ${userCountDefault})`, users)
    .option('--seats <n>', 'seats of the event', seats, seatCountDefault)
    .option('--url <url>', 'a running api (default: start one)', apiUrl)
    .option('--rate <n>', 'arrivals a second: open loop', rate)
    .option('--duration <s>', seconds, duration)
    .option('--processes <n>', own, numberOfProcesses)
    .addOption(withoutRedis())
    .option('--allow-errors', 'judge safety alone')
    .option('--json', 'print the report as JSON')
    .option('--report <file>', 'also write it as one HTML page that opens offline')
    .addHelpText('after', help)
    .action(async (options: StressOptions) => {
      const plan = planOf(options);
      expectOpenFiles(plan.userCount);
      process.exitCode = await untilInterrupted(async (stop) => {
        const steps = stepsOn(process.stderr, stop);
        await using page =
          options.report === undefined ? null : await claimReportFile(options.report);
        await using place = await placeOf(options, steps);
        const detailed = await runTrial(place.target, plan, { steps, stop });
        place.afterwards();
        say({ json: detailed.report, text: (layout) => reportText(detailed, layout) }, options);
        if (page !== null) {
          await page.write(
            reportPage(detailed, { settings: settingsOf(options, plan), at: new Date() }),
          );
          steps.note(`Written: ${page.path}`);
        }
        return exitCodeOfVerdict(detailed.report.verdict);
      });
    });
}

/** What to do, from the options. Throws UsageError where they contradict each other. */
export function planOf(options: StressOptions): TrialPlan {
  refuseForRemote(options);
  const { rate: ratePerSecond, allowErrors = false } = options;
  const plan = { seatCount: options.seats, asksAgain: true, allowErrors };
  if (ratePerSecond === undefined) {
    if (options.duration !== undefined) {
      throw new UsageError('--duration needs --rate. Add --rate, or leave --duration out.');
    }
    const userCount = options.users ?? userCountDefault;
    return { ...plan, mode: 'closed_loop', userCount, drive: (load) => runClosedLoop(load) };
  }
  const userCount = openLoopUserCount(options, ratePerSecond);
  const drive: TrialPlan['drive'] = (load) => runOpenLoop(load, ratePerSecond);
  return { ...plan, mode: 'open_loop', userCount, drive };
}

/** What was asked for, as a report says it. */
function settingsOf(options: StressOptions, { mode, userCount, seatCount }: TrialPlan): Settings {
  const { url, rate: ratePerSecond, processes = 1, withoutRedis: isWithout, allowErrors } = options;
  const own = `${countOf(processes, 'api process')}${isWithout === true ? ', without Redis' : ''}`;
  return [
    ['arrivals', mode === 'open_loop' ? `${figure(ratePerSecond ?? 0)} a second` : 'all at once'],
    ['users', figure(userCount)],
    ['seats', figure(seatCount)],
    ['api', url === undefined ? `started for this run: ${own}` : redactUrl(url)],
    ['judged', allowErrors === true ? 'safety alone (--allow-errors)' : 'safety and service'],
  ];
}

/** What runs elsewhere was started by somebody else, in their way. */
function refuseForRemote({ url, processes, withoutRedis: isWithout }: StressOptions): void {
  if (url === undefined || (processes === undefined && isWithout === undefined)) return;
  const option = processes === undefined ? '--without-redis' : '--processes';
  throw new UsageError(
    `${option} is for a Holdfast that the command starts itself. Leave it out, or --url.`,
  );
}

/** Users, rate and duration: any two give the third. */
function openLoopUserCount(options: StressOptions, ratePerSecond: number): number {
  const { users: given, duration: seconds } = options;
  const userCount = given ?? ratePerSecond * (seconds ?? durationSecondsDefault);
  if (seconds !== undefined && userCount !== ratePerSecond * seconds) {
    throw new UsageError(
      `--users ${userCount} contradicts --rate ${ratePerSecond} for ${seconds} s, which makes ${ratePerSecond * seconds} users. Leave one of the three out.`,
    );
  }
  if (userCount > userCountMax) {
    throw new UsageError(
      `--rate times --duration makes ${figure(userCount)} users; at most ${figure(userCountMax)} are possible. Lower one of them.`,
    );
  }
  if (userCount > ratePerSecond * durationSecondsMax) {
    throw new UsageError(
      `--users ${userCount} at --rate ${ratePerSecond} takes longer than ${durationSecondsMax} s. Raise --rate or lower --users.`,
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
