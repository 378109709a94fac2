import { UsageError } from '@holdfast/command';
import { type Database, findArchive, listArchives, type SealedArchive } from '@holdfast/data';

const pageSize = 100;

/**
 * The archives of a database, or of one event, in the order of their events' ids.
 *
 * @throws UsageError for an event that has none
 */
export async function* eachArchive(
  database: Database,
  eventId: string | null,
): AsyncGenerator<SealedArchive> {
  if (eventId !== null) {
    const found = await findArchive(database, { eventId });
    if (found === null) throw new UsageError('There is no archive of this event in that database.');
    yield found;
    return;
  }
  let afterId: string | null = null;
  for (;;) {
    const page: readonly SealedArchive[] = await listArchives(database, {
      afterId,
      limit: pageSize,
    });
    yield* page;
    if (page.length < pageSize) return;
    afterId = page.at(-1)?.eventId ?? null;
  }
}
