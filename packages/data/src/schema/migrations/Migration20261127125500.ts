import { Migration } from '@mikro-orm/migrations';
import { replaceIndex } from '../replace-index.ts';

/**
 * By hand: the ledger's index on what happens to a booking at most once has what may happen more often, too, by its
 * place. So it finds all of a booking's rows, for its history, which read the ledger of the whole event
 * before. A claim writes as many entries as before.
 *
 * docs/operations.md says how to make it before, without a lock.
 */
export class Migration20261127125500 extends Migration {
  override name = 'Migration20261127125500';

  override up(): void | Promise<void> {
    this.addSql(
      replacedBy(
        `("event_id", "booking_id", "type", (case when "type" in (${onceEach}) then 0 else "version" * 4294967296 + "position" end)) where "booking_id" is not null`,
      ),
    );
  }

  override down(): void | Promise<void> {
    this.addSql(replacedBy(`("event_id", "booking_id", "type") where "type" in (${onceEach})`));
  }
}

const onceEach = "'booking_held', 'booking_confirmed', 'booking_cancelled', 'booking_expired'";

const replacedBy = (what: string): string =>
  replaceIndex({
    name: 'ix_ledger_booking_stage',
    madeAs: 'ix_ledger_booking_place',
    on: `"ledger" ${what}`,
  });
