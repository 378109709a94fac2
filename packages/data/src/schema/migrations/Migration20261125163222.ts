import { Migration } from '@mikro-orm/migrations';

/**
 * Lets an update of the counters be heap-only (decision 0003). Generated from the entities, and then
 * by hand: room in each page for the versions that a hot event leaves behind until the next look.
 */
export class Migration20261125163222 extends Migration {
  override name = 'Migration20261125163222';

  override up(): void | Promise<void> {
    this.addSql(`drop index "ix_events_available_date";`);
    this.addSql(
      `alter table "events" add "is_available" boolean generated always as (available_seats > 0) stored not null;`,
    );
    this.addSql(
      `create index "ix_events_available_date" on "events" ("date", "id") where is_available;`,
    );
    this.addSql(`alter table "events" set (fillfactor = 70);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "events" reset (fillfactor);`);
    this.addSql(`drop index "ix_events_available_date";`);
    this.addSql(`alter table "events" drop column "is_available";`);
    this.addSql(
      `create index "ix_events_available_date" on "events" ("date", "id") where available_seats > 0;`,
    );
  }
}
