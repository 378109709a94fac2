import { Migration } from '@mikro-orm/migrations';

/**
 * What the sales need beside the restaurant's own columns: `sqlFor(salesTables)` printed it. Without the
 * unique indexes over the ids, which the primary keys are already.
 */
export class GuardSales extends Migration {
  override name = 'GuardSales';

  override up(): void {
    this.addSql(
      `alter table "restaurant"."time_slots" add column "version" integer not null default 1;`,
    );
    this.addSql(`alter table "restaurant"."reservations" add column "ordinal" integer;`);
    this.addSql(`alter table "restaurant"."time_slots" add check ("table_capacity" >= 0);`);
    this.addSql(`alter table "restaurant"."time_slots" add check ("held_capacity" >= 0);`);
    this.addSql(
      `create unique index on "restaurant"."reservations" ("slot_id", "guest_id", "ordinal") where "status" in ('held', 'confirmed');`,
    );
    this.addSql(
      `create index on "restaurant"."reservations" ("slot_id", "held_until") where "status" = 'held';`,
    );
  }
}
