import { Migration } from '@mikro-orm/migrations';

/**
 * Lists by time, and lists of what can be bought now. Generated from the entities, and then by hand:
 * the partial index on available events, since no change of an expression is noticed.
 */
export class Migration20261126145059 extends Migration {
  override name = 'Migration20261126145059';

  override up(): void | Promise<void> {
    this.addSql(`drop index "ix_bookings_event_id";`);
    this.addSql(`drop index "ix_bookings_user_id";`);
    this.addSql(
      `create index "ix_bookings_event_id" on "bookings" ("event_id", "created_at", "id");`,
    );
    this.addSql(
      `create index "ix_bookings_user_id" on "bookings" ("user_id", "created_at", "id", "event_id");`,
    );

    this.addSql(`drop index "ix_events_date";`);
    this.addSql(`drop index "ix_events_available_date";`);
    this.addSql(`create index "ix_events_date" on "events" ("date", "id", "status");`);
    this.addSql(
      `create index "ix_events_available_date" on "events" ("date", "id", coalesce("sale_opens_at", '-infinity'), coalesce("sale_closes_at", 'infinity')) where is_available and status = 'on_sale';`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "ix_events_available_date";`);
    this.addSql(`drop index "ix_events_date";`);
    this.addSql(
      `create index "ix_events_available_date" on "events" ("date", "id") where is_available;`,
    );
    this.addSql(`create index "ix_events_date" on "events" ("date", "id");`);

    this.addSql(`drop index "ix_bookings_user_id";`);
    this.addSql(`drop index "ix_bookings_event_id";`);
    this.addSql(`create index "ix_bookings_user_id" on "bookings" ("user_id", "id", "event_id");`);
    this.addSql(`create index "ix_bookings_event_id" on "bookings" ("event_id");`);
  }
}
