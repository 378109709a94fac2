import { Migration } from '@mikro-orm/migrations';

/**
 * By hand: plans made once are made for an event of many bookings. Where most events have a few, and one has
 * thousands, PostgreSQL took `ix_bookings_event_id` as good as the primary key to find a booking by its
 * id, and read all bookings of the hot event for it: of 6,000 bookings 90 pages in place of 6, for each
 * booking that a commit moves. It counts from the next ANALYZE on, which autovacuum runs.
 */
export class Migration20261126230000 extends Migration {
  override name = 'Migration20261126230000';

  override up(): void | Promise<void> {
    this.addSql(`alter table "bookings" alter column "event_id" set (n_distinct = -0.001);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "bookings" alter column "event_id" reset (n_distinct);`);
  }
}
