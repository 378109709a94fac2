import { Migration } from '@mikro-orm/migrations';

/** Orders over several events: one row each, beside their bookings. */
export class Migration20261127043900 extends Migration {
  override name = 'Migration20261127043900';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "orders" ("id" uuid not null, "user_id" text not null, "event_ids" uuid[] not null, "seat_counts" integer[] not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "ix_orders_first_event" on "orders" ((event_ids[1]));`);

    this.addSql(
      `alter table "orders" add constraint "check_order_lines" check (cardinality(event_ids) >= 1 and cardinality(event_ids) = cardinality(seat_counts));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "orders" cascade;`);
  }
}
