import { Migration } from '@mikro-orm/migrations';

/** A booking may be the mark of a spent id. */
export class Migration20261127190000 extends Migration {
  override name = 'Migration20261127190000';

  override up(): void | Promise<void> {
    this.addSql(
      `alter table "bookings" drop constraint "check_booking_cancelled_by", add constraint "check_booking_cancelled_by" check (${cancelledBy("'user', 'organizer', 'admin', 'replacement', 'refusal'")});`,
    );
  }

  /** The marks stay. An earlier release shows them as bookings that their users have cancelled. */
  override down(): void | Promise<void> {
    this.addSql(`update "bookings" set cancelled_by = null where cancelled_by = 'refusal';`);
    this.addSql(
      `alter table "bookings" drop constraint "check_booking_cancelled_by", add constraint "check_booking_cancelled_by" check (${cancelledBy("'user', 'organizer', 'admin', 'replacement'")});`,
    );
  }
}

const cancelledBy = (words: string): string =>
  `cancelled_by is null or (status = 'cancelled' and cancelled_by in (${words}))`;
