import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, distribute, migrate, openDatabase } from '@holdfast/data';
import {
  createDatabase,
  dropDatabase,
  type Services,
  startServices,
  startStandby,
} from '@holdfast/services';
import { type Generator, startGenerator } from './load/start-generator.ts';
import { makeAbuser, makeOrganizer, makeUsers } from './load/users.ts';
import {
  type ServerPlan,
  type ServerUnderTest,
  type Settings,
  startServer,
} from './server/start-server.ts';

/** What all runs of a bench share. Disposing of it removes all that it made. */
export interface Stand extends AsyncDisposable {
  readonly services: Services;
  /** Has the users, a token each. */
  readonly generator: Generator;
  /** A token of who organizes every event of the bench. */
  readonly organizerToken: string;
  /** A token of one more user. */
  readonly abuserToken: string;
  /** A new database with the tables; the way whose it is has it alone. */
  newPlace(name: string): Promise<Place>;
}

/** A server's database, and how more of its processes are started. */
export interface Place {
  readonly name: string;
  readonly databaseUrl: string;
  readonly redisPrefix: string;
  readonly database: Database;
  startServer(port: ServerPlan['port'], settings?: Settings): Promise<ServerUnderTest>;
}

interface StandOptions {
  /** Does each commit of PostgreSQL wait for a standby? */
  readonly isReplicated?: boolean;
  /** Do users call from addresses of their own, as a proxy in front would say? */
  readonly hasAddresses?: boolean;
}

/** For judging, and for putting events on sale. */
const poolSizeMax = 4;

/**
 * Starts PostgreSQL and Redis, unless DATABASE_URL and REDIS_URL name running ones, and makes the
 * users. Where it is to be replicated, each commit of PostgreSQL waits for a standby.
 *
 * @example await using stand = await openStand(30_000, tell)
 */
export async function openStand(
  userCount: number,
  tell: (line: string) => void,
  { isReplicated = false, hasAddresses = false }: StandOptions = {},
): Promise<Stand> {
  await using started = new AsyncDisposableStack();
  const services = await startServices({ directory: null, log: tell });
  started.defer(() => services.stop());
  if (isReplicated) await startReplica(services, started);
  const authSecret = randomBytes(32).toString('base64url');
  const generator = started.use(
    await startGenerator(makeUsers(userCount, authSecret, hasAddresses)),
  );
  const organizerToken = makeOrganizer(authSecret);
  const abuserToken = makeAbuser(authSecret);
  const own = started.move();

  const newPlace = async (name: string): Promise<Place> => {
    const databaseUrl = await createDatabase(services.databaseUrl);
    own.defer(() => dropDatabase(databaseUrl));
    const database = await openDatabase({ url: databaseUrl, poolSizeMax, ...patience });
    own.defer(() => database.close());
    await migrate(database);
    if (services.isDistributed === true) await distribute(database);
    const redisPrefix = `bench-${randomBytes(6).toString('hex')}`;
    const { redisUrl } = services;
    return {
      name,
      databaseUrl,
      redisPrefix,
      database,
      async startServer(port, settings = {}) {
        const plan = { name, databaseUrl, redisUrl, redisPrefix, authSecret, port, settings };
        const server = await startServer(plan);
        own.use(server);
        return server;
      },
    };
  };
  return {
    services,
    generator,
    organizerToken,
    abuserToken,
    newPlace,
    [Symbol.asyncDispose]: () => own.disposeAsync(),
  };
}

/** It ends before the first server, and after the databases are dropped, which it hears of. */
async function startReplica(services: Services, started: AsyncDisposableStack): Promise<void> {
  if (services.postgres === null) {
    throw new Error('--replicated starts two servers of its own. Leave out DATABASE_URL.');
  }
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-standby-'));
  started.defer(() => rm(directory, { recursive: true, force: true }));
  const { handle } = await startStandby({ primaryUrl: services.databaseUrl, directory });
  started.defer(() => handle.stop());
}

/** Ten thousand events take longer than a booking may. */
const patience = { statementTimeoutMs: 60_000, replyTimeoutMs: 60_000 };
