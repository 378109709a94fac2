import { Migration } from '@mikro-orm/migrations';

/**
 * What ended a booking that is cancelled: a hold may now be replaced by another one, and then asks
 * for no pause. Rows from before keep null: their canceller follows from when they were cancelled.
 */
export class Migration20261127043000 extends Migration {
  override name = 'Migration20261127043000';

  override up(): void | Promise<void> {
    this.addSql(`alter table "bookings" add "cancelled_by" text null;`);
    this.addSql(
      `alter table "bookings" add constraint "check_booking_cancelled_by" check (cancelled_by is null or (status = 'cancelled' and cancelled_by in ('user', 'organizer', 'replacement')));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "bookings" drop constraint "check_booking_cancelled_by";`);
    this.addSql(`alter table "bookings" drop column "cancelled_by";`);
  }
}
