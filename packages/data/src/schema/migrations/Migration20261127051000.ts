import { Migration } from '@mikro-orm/migrations';

/** What a claim asked for, where the quantity of its booking was changed since. Generated from the entities. */
export class Migration20261127051000 extends Migration {
  override name = 'Migration20261127051000';

  override up(): void | Promise<void> {
    this.addSql(`alter table "bookings" add "claimed_seat_count" int null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "bookings" drop column "claimed_seat_count";`);
  }
}
