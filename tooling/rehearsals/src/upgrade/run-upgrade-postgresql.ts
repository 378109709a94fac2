import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, ordinaryStack, runFault, type Stack, startStackOn } from '@holdfast/cli/parts';
import {
  createDatabase,
  makeTemporaryDirectory,
  queryOnce,
  startPostgres,
  startServices,
} from '@holdfast/services';
import { startTcpProxy, type TcpProxy } from '@holdfast/testing/tcp-proxy';
import { createOldPostgres } from '../old-postgres/old-postgres.ts';
import type { Watching } from '../rehearsal.ts';
import { timed, type TimedStep, underLoadReportOn } from '../under-load.ts';
import { follow, type Move, takeOver } from './move-database.ts';

const processCount = 2;
const steadyMs = 3_000;
/** From the first process that runs again on. */
const recoveryMsMax = 15_000;

/** Puts a load on a Holdfast on PostgreSQL 15, and moves it to 18 meanwhile. */
export async function runUpgradePostgresql(seed: number, watching: Watching) {
  const { steps } = watching;
  await using started = new AsyncDisposableStack();
  const directory = await makeTemporaryDirectory();
  started.defer(() => rm(directory, { recursive: true, force: true }));
  const old = await steps.step('PostgreSQL 15 is up', () =>
    createOldPostgres(join(directory, 'old'), ['wal_level = logical']),
  );
  started.defer(() => old.stop());
  const fresh = await steps.step('PostgreSQL 18 is up', () =>
    startPostgres({ directory: join(directory, 'new') }),
  );
  started.defer(() => fresh.handle.stop());
  // With the password that the new one asks for. The old one asks for none.
  const url = new URL(fresh.url);
  url.port = String(old.port);
  const address = await startTcpProxy(url.href);
  started.use(address);
  const redis = await steps.step('Redis is up', () =>
    startServices({ directory: null, postgres: false }),
  );
  started.defer(() => redis.stop());
  const services = { ...redis, databaseUrl: address.url };
  const release = { ...ordinaryStack.release, env: {} };
  const plan = { ...ordinaryStack, processCount, redis: 'required', steps, release } as const;
  const stack = started.use(await startStackOn(services, plan));
  const database = new URL(stack.databaseUrl).pathname.slice(1);
  const move: Move = {
    fromUrl: old.url.replace(/holdfast$/, database),
    toUrl: await createDatabase(fresh.url, database),
  };
  const changed: TimedStep[] = [];
  const fault = theMove({ move, address, stack, release, changed });
  const detailed = await runFault(stack, { fault, seed, steadyMs }, watching);
  return underLoadReportOn(detailed, changed);
}

interface Moving {
  readonly move: Move;
  readonly address: TcpProxy;
  readonly stack: Stack;
  readonly release: { env: Record<string, string> };
  readonly changed: TimedStep[];
}

function theMove({ move, address, stack, release, changed }: Moving): Fault {
  const processes = [stack.worker, ...stack.apis];
  return {
    name: 'upgrade-postgresql',
    title: 'PostgreSQL 18 follows 15, and takes over',
    holdsMs: 0,
    stopsBookings: true,
    recoveryMsMax,
    async inject() {
      await timed(changed, '18 has all that 15 has, while bookings go on', () => follow(move));
      await timed(changed, 'nobody can book', async () => {
        await timed(changed, 'of that: the processes stop', () =>
          Promise.all(processes.map(({ child }) => child.stop())),
        );
        await timed(changed, 'of that: the last rows come over', () => takeOver(move));
        address.moveTo(move.toUrl);
        // Its identity is another one, and the old one's claim on the prefix lasts for 30 s.
        release.env = { REDIS_PREFIX: `${stack.redisPrefix}-18` };
        await timed(changed, 'of that: the processes start', () =>
          Promise.all(processes.map((each) => each.restart())),
        );
      });
      await timed(changed, 'statistics (analyze)', () => queryOnce(move.toUrl, 'analyze'));
    },
    heal: async () => {},
  };
}
