const partitionCount = 3;

/** What each table is cut by. */
const columns = {
  events: 'id',
  bookings: 'event_id',
  ledger: 'event_id',
  outbox: 'event_id',
  orders: 'id',
} as const;

/**
 * SQL that puts partitions in the place of an empty table: by hash of a column, with all its indexes.
 *
 * @example await client.query(partitionTable('bookings', 'event_id'))
 */
export function partitionTable(table: string, column: string): string {
  const parts = Array.from(
    { length: partitionCount },
    (_, part) =>
      `create table ${table}_${part} partition of partitioned
       for values with (modulus ${partitionCount}, remainder ${part});`,
  );
  return `
    create table partitioned (like ${table} including all) partition by hash (${column});
    ${parts.join('\n')}
    drop table ${table};
    alter table partitioned rename to ${table};`;
}

/**
 * SQL that cuts all of Holdfast's tables by event, in one transaction, as a distributed database does: a row lives where
 * its event does. The tables must be empty. Partitions stand in for shards: PostgreSQL finds the one partition of a
 * statement by what the router of a distributed database finds the one shard by.
 */
export function partitionByEvent(): string {
  const tables = Object.entries(columns).map(([table, column]) => partitionTable(table, column));
  return `begin;
    ${tables.join('\n')}
    create trigger ledger_is_append_only before update or delete on ledger
      for each row execute function holdfast_ledger_is_append_only();
    commit;`;
}
