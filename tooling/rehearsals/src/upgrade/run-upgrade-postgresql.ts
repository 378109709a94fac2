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
import { Redis } from 'ioredis';
import { createOldPostgres } from '../old-postgres/old-postgres.ts';
import type { Watching } from '../rehearsal.ts';
import { timed, type TimedStep, underLoadReportOn } from '../under-load.ts';
import { disconnectAll, follow, type Move, takeOver } from './move-database.ts';

const processCount = 2;
const steadyMs = 3_000;
/** From the moment at which the address leads to the new server on. */
const recoveryMsMax = 5_000;

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
  const plan = { ...ordinaryStack, processCount, redis: 'required', steps } as const;
  const stack = started.use(await startStackOn(services, plan));
  const database = new URL(stack.databaseUrl).pathname.slice(1);
  const move: Move = {
    fromUrl: old.url.replace(/holdfast$/, database),
    toUrl: await createDatabase(fresh.url, database),
  };
  const changed: TimedStep[] = [];
  const fault = theMove({ move, address, stack, changed });
  const detailed = await runFault(stack, { fault, seed, steadyMs }, watching);
  return underLoadReportOn(detailed, changed);
}

interface Moving {
  readonly move: Move;
  readonly address: TcpProxy;
  readonly stack: Stack;
  readonly changed: TimedStep[];
}

/** No process is stopped: each finds the new server by its address, as after a failover. */
function theMove({ move, address, stack, changed }: Moving): Fault {
  return {
    name: 'upgrade-postgresql',
    title: 'PostgreSQL 18 follows 15, and takes over',
    holdsMs: 0,
    stopsBookings: true,
    recoveryMsMax,
    async inject() {
      await timed(changed, '18 has all that 15 has, while bookings go on', () => follow(move));
      await timed(changed, 'nobody can book', async () => {
        address.cut();
        await timed(changed, 'of that: the last connections end', () =>
          disconnectAll(move.fromUrl),
        );
        await timed(changed, 'of that: the last rows come over', () => takeOver(move));
        await forgetClaim(stack);
        address.moveTo(move.toUrl);
        address.restore();
      });
      await timed(changed, 'statistics (analyze)', () => queryOnce(move.toUrl, 'analyze'));
    },
    heal: async () => {},
  };
}

/** The new database has another identity, and the claim of the old one on the prefix would last for 30 s. */
async function forgetClaim({ redisUrl, redisPrefix }: Stack): Promise<void> {
  if (redisUrl === null) throw new Error('This needs a Redis.');
  const redis = new Redis(redisUrl);
  await redis.del(`${redisPrefix}:deployment`);
  redis.disconnect();
}
