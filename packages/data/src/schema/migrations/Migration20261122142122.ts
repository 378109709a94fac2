import { Migration } from '@mikro-orm/migrations';

/**
 * The tables. Generated from the entities, and then by hand: the function that `commit` guards moved
 * bookings with, and the trigger that keeps the ledger append-only.
 */
export class Migration20261122142122 extends Migration {
  override name = 'Migration20261122142122';

  // One statement a line, as it was generated.
  // oxlint-disable-next-line eslint/max-lines-per-function
  override up(): void | Promise<void> {
    this.addSql(
      `create table "bookings" ("event_id" uuid not null, "id" uuid not null, "user_id" text not null, "ordinal" int not null, "seat_count" int not null, "status" text not null, "expires_at" timestamptz(3) null, "changed_at" timestamptz(3) not null, "created_at" timestamptz(3) not null, primary key ("event_id", "id"));`,
    );
    this.addSql(`create index "ix_bookings_user_id" on "bookings" ("user_id", "id", "event_id");`);
    this.addSql(`create index "ix_bookings_event_id" on "bookings" ("event_id");`);
    this.addSql(
      `create index "ix_bookings_event_expires_at" on "bookings" ("event_id", "expires_at") where status = 'held';`,
    );
    this.addSql(
      `create unique index "ix_bookings_user_event" on "bookings" ("user_id", "event_id", "ordinal") where status in ('held', 'confirmed');`,
    );

    this.addSql(
      `create table "events" ("id" uuid not null, "organizer_id" text not null, "title" text not null, "date" timestamptz(3) not null, "status" text not null, "seat_count" int not null, "available_seats" int not null, "held_seats" int not null default 0, "version" int not null default 1, "sale_opens_at" timestamptz(3) null, "sale_closes_at" timestamptz(3) null, "quantity_per_booking_max" int not null, "active_bookings_per_user_max" int not null, "hold_duration_ms" int not null, "created_at" timestamptz(3) not null default now(), primary key ("id"));`,
    );
    this.addSql(`create index "ix_events_date" on "events" ("date", "id");`);
    this.addSql(
      `create index "ix_events_available_date" on "events" ("date", "id") where available_seats > 0;`,
    );
    this.addSql(
      `create index "ix_events_organizer_date" on "events" ("organizer_id", "date", "id");`,
    );

    this.addSql(
      `create table "ledger" ("event_id" uuid not null, "version" int not null, "position" int not null, "type" text not null, "at" timestamptz(3) not null, "booking_id" uuid null, "user_id" text null, "ordinal" int null, "quantity" int not null, "from_status" text null, "expires_at" timestamptz(3) null, "facts" jsonb null, primary key ("event_id", "version", "position"));`,
    );
    this.addSql(
      `create unique index "ix_ledger_booking_stage" on "ledger" ("event_id", "booking_id", (case when "type" in ('booking_cancelled', 'booking_expired') then 'ended' else "type" end)) where "booking_id" is not null;`,
    );

    this.addSql(
      `create table "outbox" ("event_id" uuid not null, "version" int not null, "at" timestamptz(3) not null, "status" text not null, "seat_count" int not null, "available_seats" int not null, "held_seats" int not null, primary key ("event_id", "version"));`,
    );

    this.addSql(
      `alter table "bookings" add constraint "check_booking_seats" check (seat_count >= 1);`,
    );
    this.addSql(
      `alter table "bookings" add constraint "check_booking_ordinal" check (ordinal >= 1);`,
    );
    this.addSql(
      `alter table "bookings" add constraint "check_booking_status" check (status in ('held', 'confirmed', 'cancelled', 'expired'));`,
    );
    this.addSql(
      `alter table "bookings" add constraint "check_booking_expiry" check ((status = 'held') = (expires_at is not null));`,
    );

    this.addSql(
      `alter table "events" add constraint "check_seats_positive" check (available_seats >= 0);`,
    );
    this.addSql(
      `alter table "events" add constraint "check_seats_valid" check (available_seats <= seat_count);`,
    );
    this.addSql(
      `alter table "events" add constraint "check_held_positive" check (held_seats >= 0);`,
    );
    this.addSql(
      `alter table "events" add constraint "check_held_valid" check (available_seats + held_seats <= seat_count);`,
    );
    this.addSql(
      `alter table "events" add constraint "check_event_status" check (status in ('draft', 'on_sale', 'closed', 'cancelled'));`,
    );
    this.addSql(
      `alter table "events" add constraint "check_sale_window" check (sale_opens_at < sale_closes_at);`,
    );
    this.addSql(
      `alter table "events" add constraint "check_policy" check (quantity_per_booking_max >= 1 and active_bookings_per_user_max >= 1 and hold_duration_ms >= 1);`,
    );

    this.addSql(`
      create function holdfast_require(holds boolean) returns boolean language plpgsql as $$
      begin
        if holds then return true; end if;
        raise exception using errcode = 'HF001', message = 'a booking has changed since it was read';
      end $$;`);
    this.addSql(`
      create function holdfast_ledger_is_append_only() returns trigger language plpgsql as $$
      begin
        raise exception 'the ledger is append-only';
      end $$;`);
    this.addSql(`
      create trigger ledger_is_append_only before update or delete or truncate on "ledger"
      for each statement execute function holdfast_ledger_is_append_only();`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "bookings" cascade;`);
    this.addSql(`drop table if exists "events" cascade;`);
    this.addSql(`drop table if exists "ledger" cascade;`);
    this.addSql(`drop table if exists "outbox" cascade;`);
    this.addSql(`drop function if exists holdfast_require, holdfast_ledger_is_append_only;`);
  }
}
