import { secret, tokenOf } from '@holdfast/auth/testing';
import { createHoldfastClient, newId } from '@holdfast/client';
import { migrate, openDatabase } from '@holdfast/data';
import { freshDatabase } from '@holdfast/testing';
import { type ApiProcess, startApiProcess } from '@holdfast/testing/api-process';

/** An api on a database of its own, and an event that it sells. */
export async function sellInApi(
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly api: ApiProcess; readonly eventId: string }> {
  const databaseUrl = await freshDatabase();
  const database = await openDatabase({ url: databaseUrl });
  await migrate(database);
  await database.close();
  const api = await startApiProcess({ AUTH_SECRET: secret, DATABASE_URL: databaseUrl, ...env });
  const { event } = createHoldfastClient({
    url: api.url,
    token: await tokenOf('olga', 'organizer'),
  });
  const eventId = newId();
  await event.create({ eventId, title: 'A concert', date: '2999-01-01T20:00:00Z', seatCount: 10 });
  const opened = await event.open({ eventId });
  if (opened.status !== 'accepted') throw new Error(`not on sale: ${JSON.stringify(opened)}`);
  return { api, eventId };
}
