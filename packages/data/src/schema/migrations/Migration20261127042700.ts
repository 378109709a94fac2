import { Migration } from '@mikro-orm/migrations';

/**
 * How long before its date users of an event can give back what they have confirmed. Generated from the
 * entities. Events that are there have no such deadline.
 */
export class Migration20261127042700 extends Migration {
  override name = 'Migration20261127042700';

  override up(): void | Promise<void> {
    this.addSql(`alter table "events" drop constraint "check_policy";`);
    this.addSql(`alter table "events" add "cancel_deadline_ms" bigint null;`);
    this.addSql(
      `alter table "events" add constraint "check_policy" check (quantity_per_booking_max >= 1 and active_bookings_per_user_max >= 1 and hold_duration_ms >= 1 and hold_pause_ms >= 0 and cancel_deadline_ms >= 0);`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "events" drop constraint "check_policy";`);
    this.addSql(`alter table "events" drop column "cancel_deadline_ms";`);
    this.addSql(
      `alter table "events" add constraint "check_policy" check (quantity_per_booking_max >= 1 and active_bookings_per_user_max >= 1 and hold_duration_ms >= 1 and hold_pause_ms >= 0);`,
    );
  }
}
