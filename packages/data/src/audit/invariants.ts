/** A promise about the database, and the query that finds the rows which break it. */
export interface Invariant {
  readonly id: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10';
  readonly title: string;
  /**
   * Returns a row for each violation. $1 is the id of one event, or null for all. $2 and $3 bound
   * the ids (after $2, up to $3), or are null.
   */
  readonly sql: string;
}

/** The most violating rows that an audit reports for one invariant. */
export const violationCountMax = 100;

/** How long after its expiry a hold may still wait for the sweeper. */
const sweepGraceSeconds = 5;

/**
 * The same for bookings of an event that was called off. There may be a hundred thousand of them.
 */
const calledOffGraceSeconds = 60;

/**
 * It is planned each time with its values: a bound that is null costs nothing, and the rest is a
 * range of the primary key.
 */
const rowsOf = (table: string, eventId: string) => `
  select * from ${table}
  where ($1::uuid is null or ${eventId} = $1)
    and ($2::uuid is null or ${eventId} > $2)
    and ($3::uuid is null or ${eventId} <= $3)`;

/**
 * The same without events whose archive is sealed. That has all of them, and counts instead: their rows may be
 * going (I10).
 */
const liveRowsOf = (table: string, eventId: string) => `
  ${rowsOf(table, eventId)}
    and not exists (
      select from removals r where r.event_id = ${table}.${eventId} and r.sealed_at is not null
    )`;

const allEvents = rowsOf('events', 'id');
const removals = rowsOf('removals', 'event_id');
const archiveParts = rowsOf('archive_parts', 'event_id');
const events = liveRowsOf('events', 'id');
const bookings = liveRowsOf('bookings', 'event_id');
const ledger = liveRowsOf('ledger', 'event_id');
const outbox = liveRowsOf('outbox', 'event_id');
/** An order belongs to the event of its first line. */
const orders = rowsOf('orders', 'event_ids[1]');

/** SQL: more rows of I10, of archived events of which a table still has something. */
const cameBack = (table: string) => `
      union all
      select r.event_id, null, null, r.archived_at, r.sealed_at, r.removed_at, null, null, null, null, null
      from (${removals}) r
      where r.removed_at is not null
        and exists (select from ${table} t where t.event_id = r.event_id)`;

/** SQL: this row of the ledger moves a booking to another status. */
const isStage = `type in ('booking_held', 'booking_confirmed', 'booking_cancelled', 'booking_expired')`;

/**
 * In the order of their numbers. Each is written from the promise, and not from the code of the
 * rules.
 */
export const invariants: readonly Invariant[] = [
  {
    id: 'I1',
    title: 'no event has sold or held more seats than it has',
    sql: `
      select id, seat_count, available_seats, held_seats from (${allEvents}) e
      where available_seats < 0 or held_seats < 0
        or available_seats::bigint + held_seats > seat_count`,
  },
  {
    id: 'I2',
    title: "every event's counters equal the sums over its bookings",
    sql: `
      select coalesce(e.id, b.event_id) as event_id, e.seat_count, e.available_seats, e.held_seats,
        b.held, b.confirmed
      from (${events}) e
      full join (
        select event_id,
          coalesce(sum(seat_count) filter (where status = 'held'), 0) as held,
          coalesce(sum(seat_count) filter (where status = 'confirmed'), 0) as confirmed
        from (${bookings}) b group by event_id
      ) b on b.event_id = e.id
      where e.id is null
        or e.held_seats <> coalesce(b.held, 0)
        or e.seat_count::bigint - e.available_seats - e.held_seats <> coalesce(b.confirmed, 0)`,
  },
  {
    id: 'I3',
    title: "every event's owner, counters, status, policy and changes are what its ledger says",
    sql: `
      select coalesce(e.id, l.event_id) as event_id, e.seat_count, e.available_seats, e.held_seats,
        l.total, l.held, l.confirmed, e.status, l.status as ledger_status, l.policy as ledger_policy,
        e.organized_version, l.organized_version as ledger_organized_version,
        e.published_at, l.published_at as ledger_published_at,
        e.cancelled_at, l.cancelled_at as ledger_cancelled_at
      from (${events}) e
      full join (
        select event_id,
          sum(case when booking_id is null then quantity else 0 end) as total,
          sum(case
            when type = 'booking_held' then quantity
            when from_status = 'held' then -quantity
            else 0 end) as held,
          sum(case
            when type = 'booking_confirmed' then quantity
            when type = 'booking_quantity_changed'
              then quantity - (facts #>> '{before,quantity}')::int
            when from_status = 'confirmed' then -quantity
            else 0 end) as confirmed,
          (array_agg(
            case type
              when 'event_created' then 'draft'
              when 'event_opened' then 'on_sale'
              else facts ->> 'as' end
            order by version desc, position desc
          ) filter (where type in ('event_created', 'event_opened', 'event_closed')))[1] as status,
          (array_agg(facts -> 'policy' order by version desc, position desc)
            filter (where facts ? 'policy'))[1] as policy,
          max(facts ->> 'organizerId') as organizer_id,
          max(version) filter (where booking_id is null) as organized_version,
          min(at) filter (where type = 'event_opened') as published_at,
          max(at) filter (where type = 'event_closed' and facts ->> 'as' = 'cancelled') as cancelled_at
        from (${ledger}) l group by event_id
      ) l on l.event_id = e.id
      where e.id is null or l.event_id is null
        or e.seat_count <> l.total
        or e.held_seats <> l.held
        or e.seat_count::bigint - e.available_seats - e.held_seats <> l.confirmed
        or e.status is distinct from l.status
        or e.organizer_id is distinct from l.organizer_id
        or e.organized_version is distinct from l.organized_version
        or e.published_at is distinct from l.published_at
        or e.cancelled_at is distinct from l.cancelled_at
        -- Rows from before there were pauses and deadlines have none.
        or jsonb_build_object('holdPauseMs', 0, 'cancelDeadlineMs', null, 'holdExtensionMaxMs', 0,
          'extendsWhenSoldOut', true) || l.policy is distinct from jsonb_build_object(
          'quantityPerBookingMax', e.quantity_per_booking_max,
          'activeBookingsPerUserMax', e.active_bookings_per_user_max,
          'holdDurationMs', e.hold_duration_ms,
          'holdPauseMs', e.hold_pause_ms,
          'cancelDeadlineMs', e.cancel_deadline_ms,
          'holdExtensionMaxMs', e.hold_extension_max_ms,
          'extendsWhenSoldOut', e.extends_when_sold_out)`,
  },
  {
    id: 'I4',
    title: 'a booking is held, confirmed and ended at most once each, and is what its ledger says',
    sql: `
      select coalesce(b.event_id, l.event_id) as event_id, coalesce(b.id, l.booking_id) as booking_id,
        b.status, l.last_stage, l.held, l.confirmed, l.ended, l.is_torn,
        b.user_id, l.user_id as ledger_user_id, b.ordinal, l.ordinal as ledger_ordinal,
        b.seat_count, l.quantity, b.expires_at, l.held_until,
        b.hold_ended_at, l.hold_ended_at as ledger_hold_ended_at,
        b.cancelled_by, l.cancelled_by as ledger_cancelled_by,
        b.offered_to, b.offer_expires_at, l.offer as ledger_offer
      from (${bookings}) b
      full join (
        select event_id, booking_id,
          (array_agg(type order by version desc, position desc) filter (where ${isStage}))[1]
            as last_stage,
          count(*) filter (where type = 'booking_held') as held,
          count(*) filter (where type = 'booking_confirmed') as confirmed,
          -- A hold that had lapsed and was sold all the same may end once more.
          count(*) filter (where type in ('booking_cancelled', 'booking_expired'))
            - count(*) filter (where type = 'booking_confirmed' and from_status = 'expired') as ended,
          (array_agg(user_id order by version desc, position desc))[1] as user_id,
          (array_agg(ordinal order by version desc, position desc))[1] as ordinal,
          (array_agg(quantity order by version desc, position desc))[1] as quantity,
          -- A row that changes one of these says what it was before.
          bool_or(
            coalesce(facts #>> '{before,userId}', user_id) <> last_user_id
            or coalesce((facts #>> '{before,ordinal}')::int, ordinal) <> last_ordinal
            or coalesce((facts #>> '{before,quantity}')::int, quantity) <> last_quantity
          ) as is_torn,
          max(held_until) as held_until,
          -- Before there were pauses, only the row of the hold said when it would lapse.
          (array_agg(
            case
              when type = 'booking_expired' then coalesce(expires_at, held_until)
              when type = 'booking_cancelled' and from_status = 'held'
                and facts ->> 'by' is distinct from 'replacement' then at end
            order by version desc, position desc))[1] as hold_ended_at,
          -- Any change of a booking ends its offer.
          (array_agg(facts -> 'offer' order by version desc, position desc))[1] as offer,
          max(coalesce(facts ->> 'by', 'user')) filter (where type = 'booking_cancelled') as cancelled_by
        from (
          select *,
            max(expires_at) filter (where type in ('booking_held', 'booking_extended')) over booking
              as held_until,
            lag(user_id) over in_order as last_user_id, lag(ordinal) over in_order as last_ordinal,
            lag(quantity) over in_order as last_quantity
          from (${ledger}) l where booking_id is not null
          window booking as (partition by event_id, booking_id),
            in_order as (booking order by version, position)
        ) l group by event_id, booking_id
      ) l on l.event_id = b.event_id and l.booking_id = b.id
      where b.id is null or l.booking_id is null
        or l.last_stage is distinct from 'booking_' || b.status
        or l.held > 1 or l.confirmed > 1 or l.ended > 1 or l.is_torn
        or b.user_id <> l.user_id or b.ordinal <> l.ordinal or b.seat_count <> l.quantity
        or b.expires_at > l.held_until
        or b.hold_ended_at is distinct from l.hold_ended_at
        or b.offered_to is distinct from l.offer ->> 'toUserId'
        or round(extract(epoch from b.offer_expires_at) * 1000)
          is distinct from (l.offer ->> 'expiresAt')::numeric
        -- Rows from before there were replacements do not say it.
        or (b.cancelled_by is not null and b.cancelled_by is distinct from l.cancelled_by)`,
  },
  {
    id: 'I5',
    title: 'no user has taken more active bookings of an event than a policy of it ever allowed',
    // Materialized: else PostgreSQL may read the ledger once for every user (7 s for 5,000 of them).
    sql: `
      with given as materialized (
        select event_id, booking_id from (
          select distinct on (event_id, booking_id) event_id, booking_id, actor
          from (${ledger}) l
          where type = 'booking_transferred' or (actor is not null
            and type in ('booking_held', 'booking_confirmed') and from_status is null)
          order by event_id, booking_id, version desc, position desc
        ) taken where actor is not null
      ),
      allowed as materialized (
        select event_id, max((facts #>> '{policy,activeBookingsPerUserMax}')::int) as bookings
        from (${ledger}) l where booking_id is null group by event_id
      )
      select b.event_id, b.user_id, b.active, b.places, b.given, allowed.bookings as allowed
      from (
        select b.event_id, b.user_id, count(*) as active, count(distinct b.ordinal) as places,
          -- Bookings that were made, or have come, on the user's behalf may be more.
          count(given.booking_id) as given
        from (${bookings}) b
        left join given on given.event_id = b.event_id and given.booking_id = b.id
        where b.status in ('held', 'confirmed') group by b.event_id, b.user_id
      ) b
      left join allowed on allowed.event_id = b.event_id
      where b.places < b.active or b.active - b.given > coalesce(allowed.bookings, 0)`,
  },
  {
    id: 'I6',
    title:
      'every version of an event has its ledger rows and, unless it was removed, one outbox row; the last is the event',
    // What was removed had been delivered, and was the oldest: `outbox_from` is the first that must be there.
    sql: `
      select coalesce(e.id, o.event_id) as event_id, e.version, o.first, o.last, o.rows, l.versions,
        coalesce(r.outbox_from, 1) as outbox_from,
        e.available_seats, o.available_seats as outbox_available_seats,
        e.held_seats, o.held_seats as outbox_held_seats
      from (${events}) e
      full join (
        select event_id, min(version) as first, max(version) as last, count(*) as rows,
          (array_agg(seat_count order by version desc))[1] as seat_count,
          (array_agg(available_seats order by version desc))[1] as available_seats,
          (array_agg(held_seats order by version desc))[1] as held_seats,
          (array_agg(status order by version desc))[1] as status
        from (${outbox}) o group by event_id
      ) o on o.event_id = e.id
      left join (
        select event_id, count(distinct version) as versions from (${ledger}) l group by event_id
      ) l on l.event_id = e.id
      left join (${removals}) r on r.event_id = e.id
      where e.id is null or o.event_id is null
        or o.first <> coalesce(r.outbox_from, 1) or o.last <> e.version
        or o.rows <> e.version - o.first + 1
        or l.versions is distinct from e.version
        or (o.seat_count, o.available_seats, o.held_seats, o.status)
          is distinct from (e.seat_count, e.available_seats, e.held_seats, e.status)`,
  },
  {
    id: 'I7',
    title: `no hold stays ${sweepGraceSeconds} s past its time, no sale ${calledOffGraceSeconds} s past its event`,
    sql: `
      select event_id, id, expires_at, null as event_cancelled_at from (${bookings}) b
      where status = 'held' and expires_at < now() - interval '${sweepGraceSeconds} seconds'
      union all
      select b.event_id, b.id, b.expires_at, e.cancelled_at
      from (${events}) e join (${bookings}) b on b.event_id = e.id
      where e.has_bookings_to_cancel and b.status in ('held', 'confirmed')
        and e.cancelled_at < now() - interval '${calledOffGraceSeconds} seconds'`,
  },
  {
    id: 'I8',
    title: 'what the outbox delivered of an event has no gap before it',
    sql: `
      select p.event_id, p.first_pending, d.last_delivered
      from (
        select event_id, min(version) as first_pending
        from (${outbox}) o where delivered_at is null group by event_id
      ) p
      join (
        select event_id, max(version) as last_delivered
        from (${outbox}) o where delivered_at is not null group by event_id
      ) d on d.event_id = p.event_id
      where p.first_pending < d.last_delivered`,
  },
  {
    id: 'I9',
    title: 'an order was placed in all its events at once, or in none',
    // Of rows of the ledger it takes those of the orders first, by their keys alone, and looks at their kind later. Where
    // the table was never analysed, PostgreSQL expects one row of a kind, and compared each with each (53 s for 20,000
    // orders, 0.2 s now). EXCEPT is never done so.
    sql: `
      with line as materialized (
        select o.id, o.user_id, o.created_at, line.event_id, line.quantity
        from (${orders}) o
        cross join lateral unnest(o.event_ids, o.seat_counts) as line (event_id, quantity)
      ),
      taken as materialized (
        select l.event_id, l.booking_id, l.user_id, l.quantity, l.at, l.from_status, l.type
        from ledger l join line on l.event_id = line.event_id and l.booking_id = line.id
      ),
      archived as materialized (
        select r.event_id
        from removals r join line on r.event_id = line.event_id
        where r.sealed_at is not null
      )
      select id as order_id, user_id, event_id, quantity
      from (
        select id, user_id, created_at, event_id, quantity from line
        except
        select booking_id, user_id, at, event_id, quantity from taken
        where from_status is null and type in ('booking_held', 'booking_confirmed')
      ) missing
      where event_id not in (select event_id from archived)`,
  },
  {
    id: 'I10',
    title:
      'an archived event is whole in its archive, which nobody changed, and nothing of it is left',
    sql: `
      select coalesce(e.id, r.event_id) as event_id, e.version, e.archived_version,
        r.archived_at, r.sealed_at, r.removed_at, r.digest, p.digest as found_digest,
        r.part_count, p.parts as found_part_count, r.confirmed_seats
      from (${allEvents}) e
      full join (${removals}) r on r.event_id = e.id
      left join (
        select event_id, count(*) as parts,
          encode(sha256(string_agg(content, ''::bytea order by part)), 'hex') as digest
        from (${archiveParts}) p group by event_id
      ) p on p.event_id = r.event_id
      where e.id is null
        or (e.archived_version is null) <> (r.archived_at is null)
        or r.sealed_at is not null and (
          p.digest is distinct from r.digest or p.parts is distinct from r.part_count
          or e.held_seats <> 0
          or e.seat_count::bigint - e.available_seats <> r.confirmed_seats
        )
      ${cameBack('bookings')} ${cameBack('ledger')} ${cameBack('outbox')}
      union all
      select p.event_id, null, null, null, null, null, null, null, null, count(*), null
      from (${archiveParts}) p
      where not exists (select from removals r where r.event_id = p.event_id)
      group by p.event_id`,
  },
];
