import { Migration } from '@mikro-orm/migrations';

/**
 * A hold that had lapsed may be sold all the same, and cancelled then: so its ledger has two ends. Generated
 * from the entities, and then by hand, since no change of an expression is noticed.
 */
export class Migration20261127050000 extends Migration {
  override name = 'Migration20261127050000';

  override up(): void | Promise<void> {
    this.addSql(`drop index "ix_ledger_booking_stage";`);
    this.addSql(
      `create unique index "ix_ledger_booking_stage" on "ledger" ("event_id", "booking_id", "type") where "type" in ('booking_held', 'booking_confirmed', 'booking_cancelled', 'booking_expired');`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "ix_ledger_booking_stage";`);
    this.addSql(
      `create unique index "ix_ledger_booking_stage" on "ledger" ("event_id", "booking_id", (case when "type" in ('booking_cancelled', 'booking_expired') then 'ended' else "type" end)) where "type" in ('booking_held', 'booking_confirmed', 'booking_cancelled', 'booking_expired');`,
    );
  }
}
