import { Migration } from '@mikro-orm/migrations';
import { ledgerIsAppendOnly, madeSafely, retentionFunctions } from '../retention-functions.ts';

/**
 * Retention: what was removed of an event, archives, and who was erased. Generated from the entities, and then by
 * hand: the functions that may delete, the ledger's two exceptions, and that an archive is not compressed twice.
 */
export class Migration20261127150000 extends Migration {
  override name = 'Migration20261127150000';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "archive_parts" ("event_id" uuid not null, "part" int not null, "content" bytea not null, primary key ("event_id", "part"));`,
    );
    this.addSql(
      `alter table "archive_parts" add constraint "check_archive_part" check (part >= 1);`,
    );
    this.addSql(`alter table "archive_parts" alter column "content" set storage external;`);

    this.addSql(
      `create table "erasures" ("id" uuid not null, "at" timestamptz(3) not null, "actor" text not null, "booking_count" int not null, "ledger_row_count" int not null, "order_count" int not null, "archive_count" int not null, primary key ("id"));`,
    );

    this.addSql(
      `create table "removals" ("event_id" uuid not null, "outbox_from" int not null default 1, "archived_at" timestamptz(3) null, "sealed_at" timestamptz(3) null, "removed_at" timestamptz(3) null, "part_count" int null, "booking_count" int null, "ledger_row_count" int null, "order_count" int null, "confirmed_seats" int null, "digest" text null, primary key ("event_id"));`,
    );
    this.addSql(
      `create index "ix_removals_unfinished" on "removals" ("archived_at", "event_id") where archived_at is not null and removed_at is null;`,
    );
    this.addSql(
      `alter table "removals" add constraint "check_removal_order" check ((sealed_at is null or archived_at is not null) and (removed_at is null or sealed_at is not null));`,
    );
    this.addSql(
      `alter table "removals" add constraint "check_removal_summary" check (sealed_at is null or (part_count is not null and booking_count is not null and ledger_row_count is not null and order_count is not null and confirmed_seats is not null and digest is not null));`,
    );

    this.addSql(`alter table "events" add "archived_version" int null;`);
    this.addSql(
      `create index "ix_events_to_archive" on "events" ("date", "id") where archived_version is null;`,
    );
    this.addSql(
      `alter table "events" add constraint "check_event_archived" check (archived_version = version);`,
    );

    this.addSql(`${ledgerIsAppendOnly};`);
    for (const each of retentionFunctions) this.addSql(`${madeSafely(each)};`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function ${retentionFunctions.map(({ name }) => name).join(', ')};`);
    this.addSql(`
      create or replace function holdfast_ledger_is_append_only() returns trigger language plpgsql as $$
      begin
        raise exception 'the ledger is append-only';
      end $$;`);
    this.addSql(`alter table "events" drop constraint "check_event_archived";`);
    this.addSql(`drop index "ix_events_to_archive";`);
    this.addSql(`alter table "events" drop column "archived_version";`);
    this.addSql(`drop table "archive_parts", "erasures", "removals";`);
  }
}
