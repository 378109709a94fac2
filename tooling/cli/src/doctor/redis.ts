import { share } from '@holdfast/command';
import { readIdentity } from '@holdfast/data';
import {
  claimedBy,
  PrefixTaken,
  readEvictionPolicy,
  RedisEvicts,
  type RedisConnection,
} from '@holdfast/redis';
import { addressOf } from '@holdfast/server-urls';
import type { Redis } from 'ioredis';
import { withRedis } from '../servers/redis.ts';
import { infoField } from '../servers/versions.ts';
import type { Check, Finding, Patient } from './check.ts';

/** Of its memory so much may be in use: beyond, Redis soon takes no writes. */
const memoryShareMax = 0.9;

/** What Redis must be: it evicts nothing, nobody else uses the prefix, and there is room. */
export const redis: Check = {
  id: 'redis',
  title: 'Redis evicts nothing, has room, and serves this database alone',
  isPromise: false,
  async look(patient) {
    const { redisUrl } = patient;
    if (redisUrl === null) return { figure: 'without Redis', findings: [] };
    return await withRedis(redisUrl, async (masters, connection) => {
      const policy = await readEvictionPolicy(connection);
      const memory = (await Promise.all(masters.map(memoryFindings))).flat();
      return {
        figure: policy,
        findings: [
          ...(policy === 'noeviction' ? [] : [evicts(policy, redisUrl)]),
          ...(await prefixFindings(patient, { connection, redisUrl })),
          ...memory,
        ],
      };
    });
  },
};

function evicts(policy: string, redisUrl: string): Finding {
  return {
    severity: 'danger',
    found: `maxmemory-policy is ${policy}.`,
    means:
      'Redis may delete a fence. Then somebody may be told sold_out for up to a second after a seat came free. Jobs of the worker get lost, too. api and worker do not start.',
    fix: fixIn(new RedisEvicts(policy, addressOf(redisUrl))),
  };
}

/** These errors end with their fix: they are what the processes say that refuse to start. */
function fixIn({ message }: Error): string {
  return message.slice(message.indexOf('Fix: ') + 'Fix: '.length);
}

async function prefixFindings(
  { database, redisPrefix }: Patient,
  { connection, redisUrl }: { readonly connection: RedisConnection; readonly redisUrl: string },
): Promise<readonly Finding[]> {
  const [owner, own] = await Promise.all([
    claimedBy(connection, redisPrefix),
    readIdentity(database),
  ]);
  if (owner === null || owner === own) return [];
  return [
    {
      severity: 'danger',
      found: `Processes of another database (${owner}) work under the prefix ${redisPrefix}; this database is ${own}.`,
      means: "Each deployment would run the other's jobs, and refuse by the other's events.",
      fix: fixIn(new PrefixTaken(redisPrefix, addressOf(redisUrl))),
    },
  ];
}

async function memoryFindings(master: Redis): Promise<readonly Finding[]> {
  const info = await master.info('memory');
  const [used, max] = ['used_memory', 'maxmemory'].map((field) => Number(infoField(info, field)));
  if (!used || !max || used < max * memoryShareMax) return [];
  return [
    {
      severity: 'warning',
      found: `Redis uses ${share(used, max)} of its maxmemory (${max} bytes).`,
      means:
        'Soon it refuses writes. Bookings go on without it. Early refusals, its cache and its jobs do not.',
      fix: `redis-cli CONFIG SET maxmemory ${max * 2}; and in redis.conf. Look at what else is kept in it: redis-cli --bigkeys`,
    },
  ];
}
