import type { QueryConfig } from 'pg';
import type { FitTables } from './check-tables.ts';
import type { Statement } from './planned-once.ts';
import { quoteName, type QuotedTables } from './quoted-tables.ts';

/** What the statements are made of. */
export interface StatementParts {
  readonly quoted: QuotedTables;
  readonly types: FitTables['types'];
  /** Do connections plan a statement once, and keep the plan? */
  readonly isPlannedOnce: boolean;
}

/** A statement that says nothing at all is given up after so long, and its connection dropped. */
const replyTimeoutMs = 3_000;

/** pg knows this bound, and its types do not. */
interface BoundedQuery extends QueryConfig {
  readonly query_timeout: number;
}

/**
 * A statement has a name only where connections plan once (`plannedOnce`). Elsewhere PostgreSQL plans it each time, for
 * the tables as they then are: under a name it might keep a plan from when they were all but empty, which reads
 * the whole table for each claim; and naming would gain nothing, since it plans for the arrays at hand all the same
 * (10,700 bookings/s with names, 12,500 without).
 *
 * @example pool.query(ask({ text }, [itemId]))
 */
export function ask(statement: Statement, values: readonly unknown[]): BoundedQuery {
  // Without values it goes by the simple protocol, which takes several commands at once.
  const parameters = values.length === 0 ? {} : { values: [...values] };
  return { ...statement, ...parameters, query_timeout: replyTimeoutMs };
}

const millisecondsOf = (instant: string) => `floor(extract(epoch from ${instant}) * 1000)::float8`;

/**
 * The claims that a group needs to see, the item, and PostgreSQL's time: $1 item, $2 ids, then users where there
 * are any, then how many lapsed holds.
 *
 * `offset 0` keeps the planner from joining the tables: each is looked into by an index, one key at a time.
 * Joined, a plan that was made for few rows read all of them for each group (2,000 bookings/s in place of 8,000).
 *
 * `(select $1)` keeps the planner from looking the item up in its statistics. An item that is newer than
 * these seems to have no claims, so that any index that begins with the item looks as good as the one with the user,
 * and all claims of the item were read for each user (2,400 bookings/s in place of 10,400).
 */
export function loadText({
  quoted: { item, claim, words, activeWords },
  types,
}: Pick<StatementParts, 'quoted' | 'types'>): string {
  const anyItem = `(select $1::${types.itemId})`;
  const expiry = claim.expiresAt === null ? 'null::float8' : millisecondsOf(`c.${claim.expiresAt}`);
  const seen = `
      select c.${claim.id}::text as id, c.${claim.item}::text as "itemId",
        ${claim.user === null ? `c.${claim.id}::text` : `coalesce(c.${claim.user}::text, '')`} as "userId",
        c.${claim.quantity}::float8 as quantity, c.${claim.status}::text as status,
        ${claim.ordinal === null ? '1' : `coalesce(c.${claim.ordinal}, 0)`}::float8 as ordinal,
        ${expiry} as "expiresAt"
      from ${claim.table} c`;
  const ofUsers = `
    union
    select found.* from unnest($3::${types.user}[]) as asked (id)
    cross join lateral (${seen}
      where c.${claim.item} = ${anyItem} and c.${claim.user} = asked.id
        and c.${claim.status} in (${activeWords}) offset 0
    ) found`;
  const lapsed = `
    union (${seen}
      where c.${claim.item} = ${anyItem} and c.${claim.status} in (${words.held})
        and c.${claim.expiresAt} <= statement_timestamp()
      order by c.${claim.expiresAt} limit ${claim.user === null ? '$3' : '$4'}::int)`;
  return `
  select ${millisecondsOf('statement_timestamp()')} as now,
    (
      select json_build_object('available', i.${item.available}, 'held', ${item.held === null ? '0' : `i.${item.held}`},
        'version', i.${item.version})
      from ${item.table} i where i.${item.id} = $1::${types.itemId}
    ) as item,
    coalesce((select json_agg(seen) from (
    select found.* from unnest($2::${types.claimId}[]) as asked (id)
    cross join lateral (${seen}
      where c.${claim.id} = asked.id offset 0
    ) found${claim.user === null ? '' : ofUsers}${words.held === null ? '' : lapsed}
    ) seen), '[]') as claims`;
}

/** Stands in PostgreSQL's error where a moved claim had left the status that was seen. */
export const movedMark = 'holdfast_claim_moved';

/**
 * The whole write, one statement, so it is one transaction. Its guards:
 * - the item has as many pieces as were relied on, no more than a refusal relied on, and where
 *   everything was relied on its version;
 * - each moved claim has the status that was seen, else the statement fails;
 * - the keys of new claims are free: unique indexes.
 *
 * New claims come after the moved ones: a user's lapsed hold must leave the index first.
 *
 * Moved claims are found by their ids and written by their addresses: joined, a plan for few rows compared
 * each with all that the table has.
 *
 * $1 item, $2 and $3 changes, $4 least and $5 most available, $6 version, $7 moved ids, $8 the
 * rules' words for the statuses that were seen and $9 the team's for the new ones, by id, $10 ids, $11 users, $12 ordinals, $13 quantities, $14 statuses, $15 expiries, $16 further
 * columns, $17 which of `shapes` each has. Names of its parts begin with `holdfast_`, since a table of the
 * team's may have any other.
 */
export function writeText({ quoted, types }: StatementParts, shapes: readonly Shape[]): string {
  const { item, claim } = quoted;
  const held = item.held === null ? '' : `${item.held} = i.${item.held} + $3::bigint,`;
  const guardOfHeld = item.held === null ? 'and $3::bigint = 0' : '';
  return `
  with holdfast_item as (
    update ${item.table} i
    set ${item.available} = i.${item.available} + $2::bigint, ${held} ${item.version} = i.${item.version} + 1
    where i.${item.id} = $1::${types.itemId} and i.${item.available} >= $4::bigint
      and ($5::bigint is null or i.${item.available} <= $5::bigint)
      and ($6::bigint is null or i.${item.version} = $6::bigint) ${guardOfHeld}
    returning i.${item.id} as id
  ),
  holdfast_moved as (
    update ${claim.table} c
    set ${claim.status} = ($9::jsonb ->> c.${claim.id}::text)::${types.status}
    from holdfast_item
    where c.ctid = any (array(
        select seen.address from unnest($7::${types.claimId}[]) as asked (id)
        cross join lateral (
          select s.ctid as address from ${claim.table} s where s.${claim.id} = asked.id offset 0
        ) seen
      ))
      and c.${claim.item} is not distinct from holdfast_item.id
      and ${statusText(quoted)} = $8::jsonb ->> c.${claim.id}::text
    returning c.${claim.id}
  ),
  holdfast_checked as materialized (
    select holdfast_item.id, case
      when (select count(*) from holdfast_moved) = cardinality($7::${types.claimId}[]) then 1
      else ('${movedMark} ' || (select count(*) from holdfast_moved))::int
    end as is_met
    from holdfast_item
  ),
  holdfast_new as materialized (
    select * from unnest(
      $10::${types.claimId}[], $11::${types.user ?? 'text'}[], $12::int[], $13::int[], $14::text[], $15::float8[],
      $16::jsonb[], $17::int[]
    ) as n (id, user_id, ordinal, quantity, status, expires_at, also, shape)
  )${shapes.map((shape, index) => insertText({ quoted, types }, shape, index)).join('')}
  select is_met from holdfast_checked`;
}

/** A row's status in the rules' words, whichever of the team's it has. */
function statusText({ claim, words }: QuotedTables): string {
  const cases = Object.entries(words).filter(([, literals]) => literals !== null);
  const whens = cases.map(
    ([status, literals]) => `when c.${claim.status} in (${literals}) then '${status}'`,
  );
  return `case ${whens.join(' ')} end`;
}

/** The further columns that some of the new claims have. */
export type Shape = readonly string[];

function insertText(
  { quoted: { claim }, types }: Pick<StatementParts, 'quoted' | 'types'>,
  shape: Shape,
  index: number,
): string {
  const columns = [claim.id, claim.item, claim.quantity, claim.status];
  const values = [
    'n.id',
    'holdfast_checked.id',
    `n.quantity::${types.quantity}`,
    `n.status::${types.status}`,
  ];
  if (claim.user !== null && claim.ordinal !== null) {
    columns.push(claim.user, claim.ordinal);
    values.push('n.user_id', 'n.ordinal');
  }
  if (claim.expiresAt !== null) {
    columns.push(claim.expiresAt);
    values.push('to_timestamp(n.expires_at / 1000)::timestamptz(3)');
  }
  for (const name of shape) {
    columns.push(quoteName(name));
    values.push(`(jsonb_populate_record(null::${claim.table}, n.also)).${quoteName(name)}`);
  }
  return `,
  holdfast_inserted_${index} as (
    insert into ${claim.table} (${columns.join(', ')})
    select ${values.join(', ')} from holdfast_checked cross join holdfast_new n
    where holdfast_checked.is_met = 1 and n.shape = ${index}
  )`;
}

/** Of which items holds have lapsed, and how many of the longest lapsed: $1 at most. `null`: there are no holds. */
export function lapsedItemsText({
  quoted: { claim, words },
}: Pick<StatementParts, 'quoted'>): string | null {
  if (words.held === null || claim.expiresAt === null) return null;
  return `
  select lapsed.item_id::text as "itemId", count(*)::int as count
  from (
    select ${claim.item} as item_id from ${claim.table}
    where ${claim.status} in (${words.held}) and ${claim.expiresAt} <= statement_timestamp()
    order by ${claim.expiresAt} limit $1::int
  ) lapsed
  group by lapsed.item_id`;
}

/** Waits for other writers of these items, the lowest id first, whoever asks: so nobody waits in a ring. */
export function lockText({ quoted: { item }, types }: StatementParts): string {
  return `
  select from ${item.table} where ${item.id} = any ($1::${types.itemId}[])
  order by ${item.id} for no key update`;
}
