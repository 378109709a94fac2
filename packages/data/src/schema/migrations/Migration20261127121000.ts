import { Migration } from '@mikro-orm/migrations';
import { replaceIndex } from '../replace-index.ts';

/**
 * By hand: the unique index on a user's active bookings of an event begins with the event. In a rush all entries
 * come to one stretch of it, which stays in memory. With the user first each came to a page of its own
 * of the whole index, which is read from disk, and after a checkpoint written to the WAL as a whole.
 *
 * docs/operations.md says how to make it before, without a lock.
 */
export class Migration20261127121000 extends Migration {
  override name = 'Migration20261127121000';

  override up(): void | Promise<void> {
    this.addSql(replacedBy('"event_id", "user_id", "ordinal"'));
  }

  override down(): void | Promise<void> {
    this.addSql(replacedBy('"user_id", "event_id", "ordinal"'));
  }
}

const replacedBy = (columns: string): string =>
  replaceIndex({
    name: 'ix_bookings_user_event',
    madeAs: 'ix_bookings_event_user',
    on: `"bookings" (${columns}) where status in ('held', 'confirmed')`,
  });
