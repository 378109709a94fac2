import { createKnownEvents, type Database, openDatabase } from '@holdfast/data';
import { valueOf } from '@holdfast/testing';
import { connectRedis, openAdmission, type RedisConnection, waitUntilReady } from '@holdfast/redis';
import { Registry } from 'prom-client';
import { type Lanes, openLanes } from '../../src/lane/lanes.ts';
import type { AdmissionCalls } from '../../src/lane/metered-admission.ts';
import { limitsOf } from '../../src/limits.ts';
import { createEngineMetrics } from '../../src/metrics/metrics.ts';

/** What is taken out of admission, as a negative control. */
export interface Fault {
  readonly ofCalls?: (calls: AdmissionCalls) => AdmissionCalls;
  readonly ofRedis?: (redis: RedisConnection) => void;
}

/** The lanes of one process, on an admission that may have a fault. */
export interface Fighter {
  readonly lanes: Lanes;
  readonly database: Database;
  /** When this process last went to tell Redis of a commit that had a fence. The commit is over then. */
  fencedCommitAt(eventId: string): number;
  /** What the line of a metric with this name and these labels says now. */
  metric(name: string, labels: Readonly<Record<string, string>>): Promise<number>;
  close(): Promise<void>;
}

interface FighterOptions {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly prefix: string;
  readonly fault?: Fault;
  /** How long a question to Redis may take: 150 unless said. */
  readonly callTimeoutMs?: number;
}

/** A cluster that was just started takes no commands for 2 s. */
const readyTimeoutMs = 20_000;

export async function openFighter(options: FighterOptions): Promise<Fighter> {
  const { databaseUrl, redisUrl, prefix, fault = {}, callTimeoutMs = 150 } = options;
  const database = await openDatabase({ url: databaseUrl });
  const redis = connectRedis(redisUrl, 'admission');
  fault.ofRedis?.(redis);
  const admission = openAdmission({ redis, prefix, timeoutMs: callTimeoutMs });
  await waitUntilReady(redis, readyTimeoutMs);
  const registry = new Registry();
  const commits = new Map<string, number>();
  const lanes = openLanes({
    database,
    known: createKnownEvents(),
    admission: noting(commits, fault.ofCalls?.(admission) ?? admission),
    // A second group begins whatever waits, so that commits of these few buyers overlap.
    limits: limitsOf({}, { furtherGroupSizeMin: 1 }),
    metrics: createEngineMetrics(registry),
    onVersion: () => {},
  });
  return {
    lanes,
    database,
    fencedCommitAt: (eventId) => commits.get(eventId) ?? -Infinity,
    metric: (name, labels) => valueOf(registry, name, labels),
    async close() {
      await lanes.idle();
      await admission.close();
      await database.close();
    },
  };
}

function noting(commits: Map<string, number>, calls: AdmissionCalls): AdmissionCalls {
  return {
    ask: (eventId, fence) => calls.ask(eventId, fence),
    async settle(eventId, settlement) {
      if (settlement.fence !== null) commits.set(eventId, performance.now());
      return await calls.settle(eventId, settlement);
    },
  };
}
