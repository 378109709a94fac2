import { Migration } from '@mikro-orm/migrations';

/**
 * What the relay needs of the outbox. Generated from the entities, and then by hand: what was
 * written before there was a relay counts as delivered, since nobody waits for it any more.
 */
export class Migration20261122170916 extends Migration {
  override name = 'Migration20261122170916';

  override up(): void | Promise<void> {
    this.addSql(`alter table "outbox" add "delivered_at" timestamptz(3) null;`);
    this.addSql(`update "outbox" set "delivered_at" = "at";`);
    this.addSql(
      `create index "ix_outbox_pending" on "outbox" ("event_id", "version") where delivered_at is null;`,
    );
    this.addSql(`create index "ix_outbox_at" on "outbox" ("at", "event_id");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "ix_outbox_pending";`);
    this.addSql(`drop index "ix_outbox_at";`);
    this.addSql(`alter table "outbox" drop column "delivered_at";`);
  }
}
