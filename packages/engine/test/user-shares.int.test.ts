import { randomUUID } from 'node:crypto';
import { freshTables } from '@holdfast/fixtures';
import { freshPrefix } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { claim, openTestEngine, sellEvent } from './engine-for-test.ts';

test('a user has no more commands under way than a share, over all events, others have theirs, and each answer gives a place back', async () => {
  const limits = { commandCountPerUserMax: 3 };
  const databaseUrl = await freshTables();
  const engine = await openTestEngine({
    databaseUrl,
    redisUrl: null,
    prefix: freshPrefix(),
    limits,
  });
  const policy = { activeBookingsPerUserMax: 10 };
  const events = await Promise.all(
    Array.from({ length: 4 }, () => sellEvent(engine.database, 10, policy)),
  );
  const [one = '', two = '', three = '', four = ''] = events;
  const mallory = { userId: 'mallory' };
  const first = [one, two, three].map((eventId) => claim(engine, eventId, mallory));
  const over = { name: 'Overloaded', retryAfterMs: 1_000 };
  await expect(claim(engine, four, mallory)).rejects.toMatchObject(over);
  const ada = claim(engine, four, { userId: 'ada' });
  const answers = await Promise.all([...first, ada]);
  expect(answers.map(({ status }) => status)).toEqual(Array(4).fill('accepted'));
  const refused = await engine.metric('holdfast_overloaded_total', { bound: 'user_commands' });
  expect(refused).toBe(1);
  const again = { ...mallory, bookingId: randomUUID() };
  expect(await claim(engine, four, again)).toMatchObject({ status: 'accepted' });
  await engine.close();
});
