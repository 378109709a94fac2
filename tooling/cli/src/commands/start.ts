import { Command } from 'commander';
import { readEnv } from '../env.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { ProcessFailed, UsageError } from '../failure.ts';
import { helpAfter } from '../help.ts';
import { untilInterrupted } from '../interruption.ts';
import { ensureAuthSecret, findRunning, forgetRunning, noteRunning } from '../local-state.ts';
import { portNumber } from '../options.ts';
import { paperOf } from '../paper.ts';
import { isPortFree } from '../port.ts';
import { ordinaryStack, type Stack, startStack } from '../stack.ts';
import { stepsOn } from '../steps.ts';
import { welcomeText } from '../welcome.ts';
import { type RedisOption, redisWanted, withoutRedis } from '../without-redis.ts';

const portDefault = 3_000;

const about = `
Brings up PostgreSQL, Redis, the api and the worker, prints the address, two
tokens and a command to try, and runs until Ctrl-C. The data stays in .holdfast/
(or HOLDFAST_DIRECTORY) and is there again next time. With DATABASE_URL and
REDIS_URL it works on those instead. Where there is no Redis it goes without.`;

interface StartOptions extends RedisOption {
  readonly port?: number;
}

export function startCommand(): Command {
  return new Command('start')
    .description('Run Holdfast on this machine until Ctrl-C')
    .option(
      '--port <n>',
      `port of the api, 0 for any (default: PORT or ${portDefault})`,
      portNumber,
    )
    .addOption(withoutRedis())
    .addHelpText(
      'after',
      helpAfter({
        about,
        examples: [
          { command: 'pnpm start', says: `an api on port ${portDefault}` },
          { command: 'pnpm start --port 0', says: 'on a port that is free' },
          { command: 'pnpm start --without-redis', says: 'on PostgreSQL alone' },
        ],
      }),
    )
    .action(async (options: StartOptions) => {
      const port = options.port ?? readEnv().port ?? portDefault;
      await refuseSecondStart();
      await refuseTakenPort(port);
      process.exitCode = await untilInterrupted((stop) => run({ ...options, port }, stop));
    });
}

async function run(
  options: StartOptions & { readonly port: number },
  stop: AbortSignal,
): Promise<ExitCode> {
  const steps = stepsOn(process.stderr, stop);
  const authSecret = await ensureAuthSecret();
  const directory = readEnv().stateDirectory;
  const { port } = options;
  const kept = { directory, authSecret, port, redis: redisWanted(options) };
  await using stack = await startStack({ ...ordinaryStack, ...kept, steps });
  const { url, databaseUrl } = stack;
  await noteRunning({ pid: process.pid, url, databaseUrl });
  try {
    process.stdout.write(await welcomeText(stack, paperOf(process.stdout)));
    await untilStopped(stack, stop);
    process.stderr.write('\nStopping.\n');
    return exitCode.kept;
  } finally {
    await forgetRunning();
  }
}

/** Resolves on Ctrl-C. Throws ProcessFailed when the api or the worker ends before that. */
async function untilStopped({ apis, worker }: Stack, stop: AbortSignal): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  stop.addEventListener('abort', () => stopped.resolve(), { once: true });
  if (stop.aborted) return;
  const died = [...apis, worker].map(async ({ child }) => {
    await child.ended;
    if (!stop.aborted) throw new ProcessFailed(child.name, 'ended by itself', child.logTail(15));
  });
  await Promise.race([stopped.promise, ...died]);
}

async function refuseSecondStart(): Promise<void> {
  const running = await findRunning();
  if (running === null) return;
  throw new UsageError(
    `Holdfast already runs at ${running.url}. Stop it first: Ctrl-C there, or kill ${running.pid}`,
  );
}

async function refuseTakenPort(port: number): Promise<void> {
  if (await isPortFree(port)) return;
  throw new UsageError(
    `Port ${port} is taken. Stop what listens there, or choose another: pnpm start --port ${port + 1}`,
  );
}
