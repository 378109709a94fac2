import { Migration } from '@mikro-orm/migrations';

/** Holds that can be lengthened, and since when each is kept. Generated from the entities. */
export class Migration20261127053500 extends Migration {
  override name = 'Migration20261127053500';

  override up(): void | Promise<void> {
    this.addSql(`alter table "bookings" add "held_since" timestamptz(3) null;`);
    this.addSql(`alter table "events" drop constraint "check_policy";`);
    this.addSql(
      `alter table "events" add "hold_extension_max_ms" int not null default 0, add "extends_when_sold_out" boolean not null default true;`,
    );
    this.addSql(
      `alter table "events" add constraint "check_policy" check (quantity_per_booking_max >= 1 and active_bookings_per_user_max >= 1 and hold_duration_ms >= 1 and hold_pause_ms >= 0 and cancel_deadline_ms >= 0 and hold_extension_max_ms >= 0);`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "events" drop constraint "check_policy";`);
    this.addSql(
      `alter table "events" drop column "hold_extension_max_ms", drop column "extends_when_sold_out";`,
    );
    this.addSql(
      `alter table "events" add constraint "check_policy" check (quantity_per_booking_max >= 1 and active_bookings_per_user_max >= 1 and hold_duration_ms >= 1 and hold_pause_ms >= 0 and cancel_deadline_ms >= 0);`,
    );
    this.addSql(`alter table "bookings" drop column "held_since";`);
  }
}
