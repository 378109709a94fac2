import { Migration } from '@mikro-orm/migrations';

/**
 * Who acted on a user's behalf, and why: in the ledger beside what was done, and an admin may have
 * cancelled a booking. Generated from the entities. Nobody did so before.
 */
export class Migration20261127053900 extends Migration {
  override name = 'Migration20261127053900';

  override up(): void | Promise<void> {
    this.addSql(`alter table "bookings" drop constraint "check_booking_cancelled_by";`);
    this.addSql(
      `alter table "bookings" add constraint "check_booking_cancelled_by" check (cancelled_by is null or (status = 'cancelled' and cancelled_by in ('user', 'organizer', 'admin', 'replacement')));`,
    );
    this.addSql(`alter table "ledger" add "actor" text null, add "reason" text null;`);
    this.addSql(
      `alter table "ledger" add constraint "check_ledger_actor" check ((actor is null) = (reason is null) and (actor is null or booking_id is not null));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "ledger" drop constraint "check_ledger_actor";`);
    this.addSql(`alter table "ledger" drop column "actor", drop column "reason";`);
    this.addSql(`alter table "bookings" drop constraint "check_booking_cancelled_by";`);
    this.addSql(
      `alter table "bookings" add constraint "check_booking_cancelled_by" check (cancelled_by is null or (status = 'cancelled' and cancelled_by in ('user', 'organizer', 'replacement')));`,
    );
  }
}
