import { Migration } from '@mikro-orm/migrations';

/**
 * By hand: the unique index on a user's active bookings of an event begins with the event. In a rush all entries
 * come to one stretch of it, which stays in memory. With the user first each came to a page of its own
 * of the whole index, which is read from disk, and after a checkpoint written to the WAL as a whole.
 *
 * On a large table make `ix_bookings_event_user` before, without a lock, as docs/operations.md says; what
 * is found here is taken. Else bookings wait while it is made.
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

/** What was begun and never finished refuses nothing, so it is made again. */
const replacedBy = (columns: string): string => `
do $$ begin
  if exists (
    select from pg_index where indexrelid = to_regclass('ix_bookings_event_user') and not indisvalid
  ) then
    drop index "ix_bookings_event_user";
  end if;
  create unique index if not exists "ix_bookings_event_user" on "bookings" (${columns}) where status in ('held', 'confirmed');
  drop index "ix_bookings_user_event";
  alter index "ix_bookings_event_user" rename to "ix_bookings_user_event";
end $$;`;
