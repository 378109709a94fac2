import { writeFile } from 'node:fs/promises';
import { newSecret, type Stack } from '@holdfast/cli/parts';
import { connectRedis, waitUntilReady } from '@holdfast/redis';
import { documentedRules, rulesFor } from '@holdfast/testing/documented-acl';
import { Redis } from 'ioredis';

/** Who processes are from now on, and who looks after Redis meanwhile. */
const fresh = 'holdfast_green';
const caretaker = 'caretaker';

/** The load takes most of this process. */
const answerTimeoutMs = 30_000;

/** How the password of Redis is changed, step by step. */
export interface RedisPassword {
  /** Makes a second user, with the rights that the docs give, and writes its URL to the file of `REDIS_URL_FILE`. */
  makeSecondUser(): Promise<void>;
  /** The password by which everybody came before is another one. */
  endOld(): Promise<void>;
  /** A sentence for whatever of the old password still counts. */
  flaws(): Promise<readonly string[]>;
}

/** Of the Redis of this stack, whose processes began as the user `default`. */
export function redisPasswordOf({ redisUrl, redisPrefix }: Stack, urlFile: string): RedisPassword {
  if (redisUrl === null) throw new Error('This needs a Redis.');
  const ofCaretaker = withUser(redisUrl, caretaker, newSecret());
  return {
    async makeSecondUser() {
      const rules = rulesFor(documentedRules('holdfast_worker'), redisPrefix);
      const url = withUser(redisUrl, fresh, newSecret());
      await withRedis(redisUrl, async (redis) => {
        await setUser(redis, ofCaretaker, ['on', 'allcommands', 'allkeys', 'allchannels']);
        await setUser(redis, url, rules);
      });
      await writeFile(urlFile, `${url.href}\n`, { mode: 0o600 });
    },
    async endOld() {
      await withRedis(ofCaretaker.href, (redis) =>
        redis.call('CONFIG', 'SET', 'requirepass', newSecret()),
      );
    },
    async flaws() {
      const old = await withRedis(redisUrl, (redis) => redis.ping()).catch(reasonOf);
      const clients = await withRedis(ofCaretaker.href, (redis) => redis.call('CLIENT', 'LIST'));
      const names = String(clients)
        .split('\n')
        .flatMap((line) => / user=(\S+)/.exec(line)?.[1] ?? []);
      const others = names.filter((name) => name !== fresh && name !== caretaker);
      return [
        ...(old.includes('WRONGPASS') ? [] : [`The old password of Redis: ${old}.`]),
        ...(names.includes(fresh) ? [] : ['Nobody is connected to Redis as its second user.']),
        ...(others.length === 0 ? [] : [`Connections to Redis by others: ${others.join(', ')}.`]),
      ];
    },
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.message} ${String(error.cause)}` : String(error);
}

function withUser(redisUrl: string, username: string, password: string): URL {
  return Object.assign(new URL(redisUrl), { username, password });
}

async function setUser(redis: Redis, { username, password }: URL, rules: readonly string[]) {
  await redis.call('ACL', 'SETUSER', username, `>${password}`, ...rules);
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = connectRedis(url, 'cache');
  try {
    await waitUntilReady(redis, answerTimeoutMs);
    if (!(redis instanceof Redis)) throw new Error('This needs a single Redis.');
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
