import { randomUUID } from 'node:crypto';
import { commit, type Database, migrate, readStandings } from '@holdfast/data';
import { createOf } from '@holdfast/fixtures';
import { type OwnServer, startOwnPostgres, startOwnRedis } from '@holdfast/testing';
import type { Patient } from '../src/doctor/check.ts';
import { type DoctorReport, examine } from '../src/doctor/examine.ts';
import { withDatabase } from '../src/servers/database.ts';
import { withAdmission } from '../src/servers/with-admission.ts';

/** Servers to be broken, with a healthy database that each test has a clone of. */
export interface Ward extends AsyncDisposable {
  readonly redis: OwnServer;
  /** Breaks a clone of the healthy database, and gives its URL. */
  clone(broken: string): Promise<string>;
  examineAt(url: string, more?: Partial<Patient>): Promise<DoctorReport>;
  /** Breaks a clone, and examines it. */
  examineAfter(broken: string, more?: Partial<Patient>): Promise<DoctorReport>;
  /** SQL for the whole server. */
  onServer(sql: string): Promise<void>;
}

export const eventId = randomUUID();
export const redisPrefix = 'ward';
const healthy = 'healthy';

export async function openWard(): Promise<Ward> {
  const [postgres, redis] = await Promise.all([startOwnPostgres(), startOwnRedis()]);
  const onServer = (sql: string) => run(urlOf(postgres, 'postgres'), sql);
  await onServer(`alter system set shared_preload_libraries = 'pg_stat_statements'`);
  await postgres.handle.restart();
  await onServer(`create database ${healthy}`);
  await withDatabase({ url: urlOf(postgres, healthy) }, (database) =>
    makeHealthy(database, redis.url),
  );
  let cloneCount = 0;
  const clone = async (broken: string) => {
    const name = `clone_${++cloneCount}`;
    await onServer(`create database ${name} template ${healthy}`);
    const url = urlOf(postgres, name);
    await run(url, broken.replaceAll('$database', name));
    return url;
  };
  const examineAt = (url: string, more: Partial<Patient> = {}) => {
    const patient = { redisUrl: redis.url, redisPrefix, poolSize: null, now: Date.now, ...more };
    return withDatabase({ url }, (database) => examine({ database, ...patient }));
  };
  return {
    redis,
    onServer,
    clone,
    examineAt,
    examineAfter: async (broken, more) => await examineAt(await clone(broken), more),
    async [Symbol.asyncDispose]() {
      await Promise.all([postgres[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
    },
  };
}

function urlOf({ url }: OwnServer, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** A clone waits for a busy disk. */
const patience = { statementTimeoutMs: 60_000, replyTimeoutMs: 60_000 };

/** One statement after the other: some may not share a transaction with others. */
async function run(url: string, sql: string): Promise<void> {
  const statements = sql.split(';\n').filter((text) => text.trim() !== '');
  await withDatabase({ url, ...patience }, async ({ commitPool }) => {
    const client = await commitPool.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      client.release(true);
    }
  });
}

/** An event with a hold and a sale, all relayed, and Redis that knows of it. */
async function makeHealthy(database: Database, redisUrl: string): Promise<void> {
  await migrate(database);
  await database.pool.query('create extension pg_stat_statements');
  const claim = () => ({ bookingId: randomUUID(), userId: randomUUID(), quantity: 1 });
  const create = createOf(eventId, { policy: { holdDurationMs: 3_600_000 } });
  await commit(database, eventId, [
    create,
    { type: 'open', organizerId: create.organizerId },
    { type: 'reserve', ...claim() },
    { type: 'book', ...claim() },
  ]);
  await database.pool.query('update outbox set delivered_at = at');
  const standing = (await readStandings(database, [eventId])).get(eventId) ?? null;
  if (standing === null) throw new Error('The event was made.');
  await withAdmission({ redisUrl, prefix: redisPrefix }, async (admission) => {
    await admission.settle(eventId, { standing, asOfMs: await admission.now(), fence: null });
  });
}
