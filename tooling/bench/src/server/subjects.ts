import { openDatabase } from '@holdfast/data';
import { Redis } from 'ioredis';
import { listenBare } from '../ceilings/bare.ts';
import { answerEmpty } from '../ceilings/empty-answer.ts';
import { listenNothing } from '../ceilings/nothing.ts';
import { listenStock } from '../ceilings/stock-adapter.ts';
import { ways } from '../ways/all.ts';
import type { Booker, Way } from '../ways/way.ts';
import { listenAsApi } from './api-server.ts';
import { bookRouter } from './book-router.ts';
import type { Stage } from './stage.ts';

/** A server that listens. */
export interface Subject {
  readonly url: string;
  readonly prepare: () => Promise<void>;
  /** `sold_out` that were answered without PostgreSQL; not there for what has no such answers. */
  readonly earlyRefusalCount?: () => Promise<number>;
}

const nothing = async () => {};

/**
 * Starts the way or the ceiling of this name.
 *
 * @example const { url } = await startSubject(await openStage(), { name: 'empty', isShared: false })
 */
export async function startSubject(
  stage: Stage,
  { name, isShared }: { readonly name: string; readonly isShared: boolean },
): Promise<Subject> {
  if (name === 'nothing') return { url: await listenNothing(stage), prepare: nothing };
  if (name === 'bare') return { url: await listenBare(stage), prepare: nothing };
  if (name === 'stock') return { url: await listenStock(stage), prepare: nothing };
  if (name === 'empty') {
    const router = bookRouter(async (claim) => answerEmpty(claim));
    return {
      ...(await listenAsApi(stage, { admission: false, router }, isShared)),
      prepare: nothing,
    };
  }
  const way = ways.find((candidate) => candidate.name === name);
  if (way === undefined) throw new Error(`There is no way called ${name}.`);
  return startWay(stage, way, isShared);
}

/** All connections in one pool, where Holdfast has some for reads and some for commits. */
async function openWhole({ DATABASE_URL: url, DATABASE_POOL_SIZE: size }: Stage['env']) {
  return openDatabase({
    url,
    poolSizeMax: size,
    readCountMax: size,
    applicationName: 'holdfast-bench',
  });
}

async function startWay(stage: Stage, { server }: Way, isShared: boolean): Promise<Subject> {
  if (server.type === 'holdfast') {
    const { admission } = server;
    return { ...(await listenAsApi(stage, { admission }, isShared)), prepare: nothing };
  }
  const { env } = stage;
  const redis = new Redis(env.REDIS_URL ?? '');
  const { pool } = await openWhole(env);
  const booker: Booker = server.open({
    pool,
    databaseUrl: env.DATABASE_URL,
    redis,
    prefix: env.REDIS_PREFIX,
  });
  const router = bookRouter((claim) => booker.book(claim));
  const { url } = await listenAsApi(stage, { admission: false, router }, isShared);
  return { url, prepare: async () => booker.prepare?.() };
}
