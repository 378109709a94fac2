import { Migration } from '@mikro-orm/migrations';

/**
 * A booking may change more often than once: only what happens at most once is kept unique in the
 * ledger. Generated from the entities, and then by hand, since no change of an expression is noticed.
 */
export class Migration20261127041500 extends Migration {
  override name = 'Migration20261127041500';

  override up(): void | Promise<void> {
    this.addSql(`drop index "ix_ledger_booking_stage";`);
    this.addSql(
      `create unique index "ix_ledger_booking_stage" on "ledger" ("event_id", "booking_id", (case when "type" in ('booking_cancelled', 'booking_expired') then 'ended' else "type" end)) where "type" in ('booking_held', 'booking_confirmed', 'booking_cancelled', 'booking_expired');`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "ix_ledger_booking_stage";`);
    this.addSql(
      `create unique index "ix_ledger_booking_stage" on "ledger" ("event_id", "booking_id", (case when "type" in ('booking_cancelled', 'booking_expired') then 'ended' else "type" end)) where "booking_id" is not null;`,
    );
  }
}
