import { Migration } from '@mikro-orm/migrations';

/**
 * Lists by time, lists of what can be bought now, and the pause after a hold that ended without a
 * sale. Generated from the entities, and then by hand: the partial index on available events, since
 * no change of an expression is noticed; and when the holds of before ended, from the ledger.
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

    this.addSql(`alter table "bookings" add "hold_ended_at" timestamptz(3) null;`);
    this.addSql(`
      update "bookings" b
      set "hold_ended_at" = case b."status" when 'expired' then l."expires_at" else b."changed_at" end
      from "ledger" l
      where l."event_id" = b."event_id" and l."booking_id" = b."id" and l."type" = 'booking_held'
        and b."status" in ('cancelled', 'expired')
        and not exists (
          select from "ledger" sold
          where sold."event_id" = b."event_id" and sold."booking_id" = b."id"
            and sold."type" = 'booking_confirmed'
        );`);
    this.addSql(
      `create index "ix_bookings_user_hold_ended" on "bookings" ("user_id", "event_id", "hold_ended_at") where hold_ended_at is not null;`,
    );
    this.addSql(
      `alter table "bookings" add constraint "check_booking_hold_end" check (hold_ended_at is null or status in ('cancelled', 'expired'));`,
    );

    this.addSql(`alter table "events" drop constraint "check_policy";`);
    this.addSql(`alter table "events" add "hold_pause_ms" int not null default 0;`);
    this.addSql(
      `alter table "events" add constraint "check_policy" check (quantity_per_booking_max >= 1 and active_bookings_per_user_max >= 1 and hold_duration_ms >= 1 and hold_pause_ms >= 0);`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "events" drop constraint "check_policy";`);
    this.addSql(`alter table "events" drop column "hold_pause_ms";`);
    this.addSql(
      `alter table "events" add constraint "check_policy" check (quantity_per_booking_max >= 1 and active_bookings_per_user_max >= 1 and hold_duration_ms >= 1);`,
    );

    this.addSql(`drop index "ix_bookings_user_hold_ended";`);
    this.addSql(`alter table "bookings" drop constraint "check_booking_hold_end";`);
    this.addSql(`alter table "bookings" drop column "hold_ended_at";`);

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
