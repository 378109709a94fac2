import type { Fault } from '@holdfast/cli/parts';
import { missingChanges } from '../missing-changes.ts';
import type { Network } from './network.ts';

/** The machines of the rehearsal. The load comes from none of them. */
export const machines = ['api-1', 'api-2', 'worker', 'postgres', 'standby', 'redis'] as const;

export type Machine = (typeof machines)[number];

/** What one sends no longer reaches the other. */
type Cut = readonly [from: Machine, to: Machine];

export interface Partition {
  readonly name: string;
  readonly title: string;
  readonly cuts: readonly Cut[];
  readonly stopsBookings: boolean;
}

const apis = ['api-1', 'api-2'] as const;

const toPostgres = apis.map((api): Cut => [api, 'postgres']);
const fromPostgres = apis.map((api): Cut => ['postgres', api]);
const toRedis = apis.map((api): Cut => [api, 'redis']);
const fromRedis = apis.map((api): Cut => ['redis', api]);
const ofWorker: readonly Cut[] = [
  ['worker', 'postgres'],
  ['postgres', 'worker'],
];
const toStandby: Cut = ['postgres', 'standby'];
const fromStandby: Cut = ['standby', 'postgres'];

/** In the order in which they are made. */
export const partitions: readonly Partition[] = [
  {
    name: 'api-postgres',
    title: 'No packet passes between the apis and PostgreSQL',
    cuts: [...toPostgres, ...fromPostgres],
    stopsBookings: true,
  },
  {
    name: 'api-to-postgres',
    title: 'What the apis send does not reach PostgreSQL',
    cuts: toPostgres,
    stopsBookings: true,
  },
  {
    name: 'postgres-to-api',
    title: 'PostgreSQL hears the apis, and its answers do not reach them',
    cuts: fromPostgres,
    stopsBookings: true,
  },
  {
    name: 'one-api-postgres',
    title: 'One of two apis loses PostgreSQL',
    cuts: [
      ['api-1', 'postgres'],
      ['postgres', 'api-1'],
    ],
    stopsBookings: false,
  },
  {
    name: 'api-redis',
    title: 'No packet passes between the apis and Redis',
    cuts: [...toRedis, ...fromRedis],
    stopsBookings: false,
  },
  {
    name: 'api-to-redis',
    title: 'What the apis send does not reach Redis',
    cuts: toRedis,
    stopsBookings: false,
  },
  {
    name: 'redis-to-api',
    title: 'Redis hears the apis, and its answers do not reach them',
    cuts: fromRedis,
    stopsBookings: false,
  },
  {
    name: 'worker-postgres',
    title: 'No packet passes between the worker and PostgreSQL',
    cuts: ofWorker,
    stopsBookings: false,
  },
  {
    name: 'postgres-standby',
    title: 'No packet passes between PostgreSQL and the standby that commits wait for',
    cuts: [toStandby, fromStandby],
    stopsBookings: true,
  },
  {
    name: 'standby-to-postgres',
    title: 'The standby has each commit, and its word does not reach PostgreSQL',
    cuts: [fromStandby],
    stopsBookings: true,
  },
];

/** Longer than any answer of PostgreSQL or Redis is waited for. */
const holdsMs = 5_000;

/** Connections that were cut are given up by time alone, on both sides. */
const recoveryMsMax = 10_000;

/** Packets are dropped for five seconds, and then pass again. */
export function faultOf(partition: Partition, network: Network<Machine>): Fault {
  const { name, title, cuts, stopsBookings } = partition;
  return {
    name,
    title,
    holdsMs,
    stopsBookings,
    isSilent: true,
    recoveryMsMax,
    inject: async () => {
      for (const [from, to] of cuts) await network.cut(from, to);
    },
    heal: () => network.heal(),
    alsoHolds: missingChanges,
  };
}
