import { type Change, type Database, listenToFeed } from '@holdfast/data';
import { expect } from 'vitest';

/** Hears the feed from now on. */
export async function hearFeed(database: Database) {
  const heard: Change[] = [];
  const listening = Promise.withResolvers<void>();
  const feed = listenToFeed(database, {
    onChanges: (changes) => void heard.push(...changes),
    onGap: listening.resolve,
    onError: () => undefined,
  });
  await listening.promise;
  return {
    /** The versions of an event in the order in which each was first heard. */
    versionsOf(eventId: string): readonly number[] {
      const versions = heard.filter((change) => change.eventId === eventId);
      return [...new Set(versions.map(({ version }) => version))];
    },
    close: () => feed.close(),
    [Symbol.asyncDispose]: () => feed.close(),
  };
}

/** Changes that are not delivered yet. */
export async function pendingCount(database: Database): Promise<number> {
  const text = 'select count(*)::int as count from outbox where delivered_at is null';
  const { rows } = await database.pool.query<{ count: number }>(text);
  return rows[0]?.count ?? Number.NaN;
}

export async function untilAllDelivered(database: Database): Promise<void> {
  await expect.poll(() => pendingCount(database)).toBe(0);
}

/** 1, 2, 3, … */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
