import { Migration } from '@mikro-orm/migrations';

/**
 * What the sales need beside the shop's own columns: `sqlFor(salesTables)` printed it. Without the unique
 * indexes over the ids, which the primary keys are already.
 */
export class GuardSales extends Migration {
  override name = 'GuardSales';

  override up(): void {
    this.addSql(`alter table "shop"."products" add column "version" integer not null default 1;`);
    this.addSql(`alter table "shop"."order_lines" add column "ordinal" integer;`);
    this.addSql(`alter table "shop"."products" add check ("stock_quantity" >= 0);`);
    this.addSql(`alter table "shop"."products" add check ("reserved_quantity" >= 0);`);
    this.addSql(
      `create unique index on "shop"."order_lines" ("product_id", "customer_id", "ordinal") where "state" in ('in_cart', 'paid');`,
    );
    this.addSql(
      `create index on "shop"."order_lines" ("product_id", "reserved_until") where "state" = 'in_cart';`,
    );
  }
}
