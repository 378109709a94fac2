import { Migration } from '@mikro-orm/migrations';

/**
 * When an event was first put on sale: what was called off before that stays its organizer's own.
 * Generated from the entities, and then by hand: what the ledger says of the events that are there.
 */
export class Migration20261126161000 extends Migration {
  override name = 'Migration20261126161000';

  override up(): void | Promise<void> {
    this.addSql(`alter table "events" add "published_at" timestamptz(3) null;`);
    this.addSql(`
      update "events" e
      set "published_at" = o.published_at
      from (
        select event_id, min(at) as published_at from "ledger"
        where booking_id is null and type = 'event_opened' group by event_id
      ) o
      where o.event_id = e.id;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "events" drop column "published_at";`);
  }
}
