import { Migration } from '@mikro-orm/migrations';

/** To whom a booking is offered, and until when. Generated from the entities. Nothing was offered before. */
export class Migration20261127061500 extends Migration {
  override name = 'Migration20261127061500';

  override up(): void | Promise<void> {
    this.addSql(
      `alter table "bookings" add "offered_to" text null, add "offer_expires_at" timestamptz(3) null;`,
    );
    this.addSql(
      `alter table "bookings" add constraint "check_booking_offer" check ((offered_to is null) = (offer_expires_at is null) and (offered_to is null or status = 'confirmed'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "bookings" drop constraint "check_booking_offer";`);
    this.addSql(`alter table "bookings" drop column "offered_to", drop column "offer_expires_at";`);
  }
}
