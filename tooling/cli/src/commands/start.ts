import {
  asCalled,
  type ExitCode,
  exitCode,
  layoutOf,
  stepsOn,
  untilInterrupted,
  UsageError,
} from '@holdfast/command';
import { Command } from 'commander';
import { askForCode, linkTo } from '../development/link.ts';
import { readEnv } from '../env.ts';
import { alarms } from '../stack/alarms.ts';
import { ensureAuthSecret, findRunning, forgetRunning, noteRunning } from '../stack/local-state.ts';
import { canSharePorts, isPortFree } from '@holdfast/services';
import { ordinaryStack, startStack } from '../stack/stack.ts';
import { untilStopped } from '../stack/until-stopped.ts';
import { welcomeText } from '../stack/welcome.ts';
import { helpAfter } from './help.ts';
import { numberOfProcesses, portNumber } from './options.ts';
import { type RedisOption, redisWanted, withoutRedis } from './without-redis.ts';

const portDefault = 3_000;

const about = `
Brings up PostgreSQL, Redis, the api and the worker, prints a link for a
browser, two tokens and a command to try, and runs until Ctrl-C. The link signs
in once, as an organizer and as a buyer, and leads to a sample event with a
button that sends 1,000 buyers at it. pnpm start in another terminal prints a
new link. With NODE_ENV=production there is neither link nor button.

The data stays in .holdfast/ (or HOLDFAST_DIRECTORY) and is there again next
time. With DATABASE_URL and REDIS_URL it works on those instead. Where there is
no Redis it goes without.

With --processes, so many api processes share the port; the kernel spreads new
connections over them (Linux and the BSDs). One that dies is named, with the end
of its log, and started again while the others go on: up to five times a minute,
then all is stopped. One alone, or the worker, is not started again: the command
ends with its log. Each process has metrics of its own. Their pools fit into
PostgreSQL's max_connections: 10 connections each, fewer where it has fewer, or
DATABASE_POOL_SIZE.`;

const help = helpAfter(about, [
  ['pnpm start', `an api on port ${portDefault}`],
  ['pnpm start --port 0', 'on a port that is free'],
  ['pnpm start --processes 2', 'two api processes on one port'],
  ['pnpm start --without-redis', 'on PostgreSQL alone'],
]);

interface StartOptions extends RedisOption {
  readonly port?: number;
  readonly processes: number;
}

export function startCommand(): Command {
  const portText = `port of the api, 0 for any (default: PORT or ${portDefault})`;
  return new Command('start')
    .description('Run Holdfast on this machine until Ctrl-C')
    .option('--port <n>', portText, portNumber)
    .option('--processes <n>', 'api processes on that port', numberOfProcesses, 1)
    .addOption(withoutRedis())
    .addHelpText('after', help)
    .action(async (options: StartOptions) => {
      const port = options.port ?? readEnv().port ?? portDefault;
      await refuseSecondStart();
      await refuseUnshareable(options.processes);
      await refuseTakenPort(port);
      process.exitCode = await untilInterrupted((stop) => run({ ...options, port }, stop));
    });
}

async function run(
  options: StartOptions & { readonly port: number },
  stop: AbortSignal,
): Promise<ExitCode> {
  const authSecret = await ensureAuthSecret();
  const { port, processes } = options;
  const layout = layoutOf(process.stderr);
  await using stack = await startStack({
    ...ordinaryStack,
    directory: readEnv().stateDirectory,
    authSecret,
    port,
    processCount: processes,
    sharesPort: processes > 1,
    redis: redisWanted(options),
    hasPages: readEnv().wantsPages,
    steps: stepsOn(process.stderr, stop),
    onLogLine: alarms({ tell: (line) => tell(layout.style(['red', 'bold'], line)) }),
  });
  const { url, databaseUrl, redisUrl } = stack;
  const door = stack.door && { url: stack.door.url, secret: stack.door.secret };
  await noteRunning({ pid: process.pid, url, databaseUrl, redisUrl, door });
  try {
    process.stdout.write(asCalled(await welcomeText(stack, layoutOf(process.stdout))));
    await untilStopped(stack, { stop, tell });
    tell('\nStopping.');
    return exitCode.kept;
  } finally {
    await forgetRunning();
  }
}

function tell(line: string): void {
  process.stderr.write(asCalled(`${line}\n`));
}

async function refuseUnshareable(processCount: number): Promise<void> {
  if (processCount === 1 || (await canSharePorts())) return;
  throw new UsageError(
    'This system cannot share a port between processes. Leave --processes out, or give each api a port of its own behind a proxy: docs/operations.md.',
  );
}

async function refuseSecondStart(): Promise<void> {
  const running = await findRunning();
  if (running === null) return;
  const { url, pid, door } = running;
  const code = door && (await askForCode(door));
  const link = code === null ? '' : `\nA new link that signs in there: ${linkTo(url, '/', code)}`;
  throw new UsageError(
    `Holdfast already runs at ${url}. Stop it first: Ctrl-C there, or kill ${pid}${link}`,
  );
}

async function refuseTakenPort(port: number): Promise<void> {
  if (await isPortFree(port)) return;
  throw new UsageError(
    `Port ${port} is taken. Stop what listens there, or choose another: pnpm start --port ${port + 1}`,
  );
}
