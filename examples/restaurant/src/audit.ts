import type { Pool, PoolClient } from 'pg';

/** A rule, and how many rows break it. */
export interface Violation {
  readonly rule: string;
  readonly count: number;
  /** More was sold than there is. */
  readonly isOversale: boolean;
}

interface Rule {
  readonly rule: string;
  /** Finds what breaks it. */
  readonly sql: string;
  readonly isOversale?: true;
}

const active = `status in ('held', 'confirmed')`;

/** They recount everything from the reservations' rows, and trust no counter, no constraint and no index. */
const rules: readonly Rule[] = [
  {
    rule: 'no slot has more guests than may come',
    isOversale: true,
    sql: `
    select s.id from restaurant.time_slots s join restaurant.reservations r on r.slot_id = s.id and r.${active}
    group by s.id having sum(r.party_size) > s.guest_count_max`,
  },
  {
    rule: 'the counters of a slot are what its reservations say',
    sql: `
    select s.id from restaurant.time_slots s left join restaurant.reservations r on r.slot_id = s.id and r.${active}
    group by s.id having
      s.guest_count_max - s.table_capacity <> coalesce(sum(r.party_size), 0)
      or s.held_capacity <> coalesce(sum(r.party_size) filter (where r.status = 'held'), 0)`,
  },
  {
    rule: 'no two parties have a table at the same time',
    isOversale: true,
    sql: `
    select a.id from restaurant.reservations a join restaurant.reservations b
      on a.table_id = b.table_id and a.id < b.id and a.sitting && b.sitting
    where a.${active} and b.${active}`,
  },
  {
    rule: 'a table is kept for each quarter of a sitting, and for nothing else',
    sql: `
      select from (
        select r.table_id, quarter, r.id from restaurant.reservations r,
          generate_series(lower(r.sitting), upper(r.sitting) - interval '15 minutes', '15 minutes') quarter
        where r.${active}
      ) sat full join restaurant.table_quarters q
        on q.table_id = sat.table_id and q.starts_at = sat.quarter and q.reservation_id = sat.id
      where sat.id is null or q.reservation_id is null`,
  },
  {
    rule: 'no party is larger than its table',
    sql: `
    select r.id from restaurant.reservations r join restaurant.tables t on t.id = r.table_id
    where r.${active} and r.party_size > t.seats`,
  },
  {
    rule: 'each party comes in its slot, and goes before closing',
    sql: `
    select r.id from restaurant.reservations r join restaurant.time_slots s on s.id = r.slot_id
    where r.${active} and not (
      tstzrange(s.starts_at, s.ends_at) @> lower(r.sitting) and upper(r.sitting) <= s.closes_at
      and (r.is_walk_in or lower(r.sitting) = s.starts_at)
    )`,
  },
  {
    rule: 'no guest has two reservations for one slot',
    sql: `
    select min(id::text) from restaurant.reservations where ${active}
    group by slot_id, guest_id having count(*) > 1`,
  },
];

/** An index that has lost rows hides from whoever reads by it just what it failed to stop. */
const withoutIndexes = ['enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan'].map(
  (setting) => `set local ${setting} = off`,
);

/**
 * Looks for what must not be there, in one snapshot, also while guests reserve.
 *
 * @returns every rule, with how many rows break it
 * @example const broken = (await audit(pool)).filter(({ count }) => count > 0)
 */
export async function audit(pool: Pool): Promise<readonly Violation[]> {
  const client = await pool.connect();
  try {
    await client.query('begin read only');
    return await auditWithin(client);
  } finally {
    // The transaction ends with its connection, whatever state that is in.
    client.release(true);
  }
}

/** The same, within a transaction that is open. */
export async function auditWithin(client: PoolClient): Promise<readonly Violation[]> {
  await client.query(withoutIndexes.join('; '));
  const counts = rules.map(
    ({ sql }, place) => `select ${place} as place, count(*)::int as count from (${sql}) broken`,
  );
  const { rows } = await client.query<{ place: number; count: number }>(counts.join(' union all '));
  return rules.map(({ rule, isOversale = false }, place) => ({
    rule,
    isOversale,
    count: rows.find((row) => row.place === place)?.count ?? 0,
  }));
}
