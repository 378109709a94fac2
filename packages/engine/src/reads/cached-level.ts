import { cacheKeysOf, openBreaker } from '@holdfast/redis';
import { freshMs } from './cached-entry.ts';

/** What the second level needs of an ioredis client, of one server or of a cluster. */
export interface CacheRedis {
  get(key: string): Promise<string | null>;
  mget(...keys: string[]): Promise<(string | null)[]>;
  set(key: string, text: string, unit: 'PX', durationMs: number): Promise<unknown>;
}

/** Entries as text, shared by all processes, each for as long as it may be served there. */
export interface SecondLevel {
  /** An event's entry, to be used unless its version is lower. `null`: none, or no answer. */
  findEvent(eventId: string): Promise<{ text: string; versionMin: number } | null>;
  storeEvent(eventId: string, text: string): void;
  /** To be opened before PostgreSQL is read: what changes afterwards makes it unreachable. */
  openList(name: string): Promise<ListSlot>;
  /** Sends nothing any more. The connection stays open. */
  close(): void;
}

/** Where a list is kept until anything changes. */
export interface ListSlot {
  readonly text: string | null;
  store(text: string): void;
}

/** The longest that a read waits for Redis, in all. A list asks twice. */
export const answerTimeoutMs = 60;

const nowhere: ListSlot = { text: null, store: () => {} };

/**
 * The second level in Redis, which may be slow, away or emptied at any time: then it knows nothing.
 * Every key expires, and no input is part of a key but ids and the two settings of a list.
 *
 * The breaker is its own, of the same kind as admission's: a cache that is slow for its 60 ms must not
 * stop early refusals, which may take 150 ms. So is the connection: long lists would delay them there.
 *
 * Each key stands for itself but for the pair of an event, which shares a hash tag: no cluster is
 * asked for two slots in one command.
 *
 * @example const second = openSecondLevel(redis, 'holdfast')
 */
export function openSecondLevel(
  redis: CacheRedis,
  prefix: string,
  timeoutMs: number = answerTimeoutMs,
): SecondLevel {
  const keys = cacheKeysOf(prefix);
  const breaker = openBreaker({
    timeoutMs,
    trial: () => redis.get(keys.generation),
  });

  async function ask<T>(question: () => Promise<T>): Promise<T | null> {
    return await breaker.run(question).catch(() => null);
  }

  // Nobody waits for it.
  function store(key: string, text: string): void {
    void ask(() => redis.set(key, text, 'PX', freshMs));
  }

  return {
    async findEvent(eventId) {
      const pair = [keys.entryOf(eventId), keys.versionOf(eventId)];
      const [text, version] = (await ask(() => redis.mget(...pair))) ?? [];
      return text ? { text, versionMin: Number(version ?? 0) } : null;
    },
    storeEvent(eventId, text) {
      store(keys.entryOf(eventId), text);
    },
    async openList(name) {
      // That there is none yet is an answer, too.
      const asked = await ask(async () => ({ value: await redis.get(keys.generation) }));
      if (asked === null) return nowhere;
      const key = keys.listOf(asked.value ?? 'first', name);
      return { text: await ask(() => redis.get(key)), store: (text) => store(key, text) };
    },
    close: () => breaker.close(),
  };
}
