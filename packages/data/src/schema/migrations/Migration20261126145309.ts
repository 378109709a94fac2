import { Migration } from '@mikro-orm/migrations';

/**
 * What the organizers' rules keep of an event. Generated from the entities, and then by hand: what
 * the ledger, or the row itself, says of the events that are there. Nobody knows of these whether the
 * end of their sale was given; where it is the date, it follows the date from now on.
 *
 * Processes from before may sell on meanwhile, but not change events: they would not keep this.
 */
export class Migration20261126145309 extends Migration {
  override name = 'Migration20261126145309';

  override up(): void | Promise<void> {
    this.addSql(
      `alter table "events" add "organized_version" int not null default 1, add "sale_follows_date" boolean not null default false, add "cancelled_at" timestamptz(3) null, add "has_bookings_to_cancel" boolean generated always as (status = 'cancelled' and available_seats < seat_count) stored not null;`,
    );
    this.addSql(`
      update "events" e
      set "organized_version" = o.version, "cancelled_at" = o.cancelled_at,
        "sale_follows_date" = e.sale_closes_at is not distinct from e.date
      from (
        select event_id, max(version) as version,
          max(at) filter (where type = 'event_closed' and facts ->> 'as' = 'cancelled') as cancelled_at
        from "ledger" where booking_id is null group by event_id
      ) o
      where o.event_id = e.id;`);
    this.addSql(
      `create index "ix_events_to_cancel" on "events" ("cancelled_at", "id") where has_bookings_to_cancel;`,
    );
    this.addSql(
      `alter table "events" add constraint "check_event_cancelled" check ((status = 'cancelled') = (cancelled_at is not null));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "ix_events_to_cancel";`);
    this.addSql(`alter table "events" drop constraint "check_event_cancelled";`);
    this.addSql(
      `alter table "events" drop column "organized_version", drop column "sale_follows_date", drop column "cancelled_at", drop column "has_bookings_to_cancel";`,
    );
  }
}
