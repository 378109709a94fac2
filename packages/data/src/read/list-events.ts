import type { Instant } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import { isDistributed } from '../connection/is-distributed.ts';
import { eventColumns, timestampOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';
import { type EventRecord, type EventRowNow, lapsedSeatsOf, toEventNow } from './events.ts';
import { beforeAllDates, lowestId, type Page, pageOf } from './page.ts';
import { read } from './read.ts';

/** The last event of a page, in the order by date and then id. */
export interface EventCursor {
  readonly date: Instant;
  readonly id: string;
}

export interface ListEvents {
  /**
   * Events on this date or later. Null: from now on, by PostgreSQL's time. For the events of one
   * organizer null means all.
   */
  readonly from: Instant | null;
  /**
   * Null: what is on sale, of all organizers. Else every event of that organizer, in any status.
   */
  readonly organizerId: string | null;
  /** Only events that have a seat to sell now, by PostgreSQL's time. */
  readonly onlyAvailable: boolean;
  /** Goes on after that event, whatever has begun since. */
  readonly after: EventCursor | null;
  readonly limit: number;
}

/**
 * A page by keyset: the row comparison is one range of the index, for every page. There must be no
 * second bound on the date. With one, PostgreSQL began at the lower of the two, and read every
 * event that was over (of 20,000: 126 buffers instead of 6).
 */
function rowsOfPage(filter: string, more = ''): string {
  return `
      select ${eventColumns('e')}${more} from events e
      where ${filter}
        and (e.date, e.id) > (coalesce(${timestampOf(':date')}, statement_timestamp()), :id::uuid)
      order by e.date, e.id
      limit :limit`;
}

/**
 * Two forms of a page. Around it, the look-up of holds is no part of what the planner compares. Shards need it beside
 * each event: what lies around a page has no shard.
 */
function eventPage(name: string, filter: string) {
  const lapsed = lapsedSeatsOf('page.id');
  return {
    onOne: statement(name, `select page.*, ${lapsed} from (${rowsOfPage(filter)}) page`),
    onNodes: statement(`${name}_of_nodes`, rowsOfPage(filter, `, ${lapsedSeatsOf('e.id')}`)),
  };
}

/**
 * The same words as in `ix_events_available_date`, so that the index alone leaves out what is not
 * on sale, sold out, not open yet or closed. Seats of lapsed holds count once they are swept. To
 * count them here, the holds of every event that is sold out would have to be read.
 */
const isSoldNow = `e.is_available and e.status = 'on_sale'
  and coalesce(e.sale_opens_at, '-infinity') <= statement_timestamp()
  and coalesce(e.sale_closes_at, 'infinity') > statement_timestamp()`;

const eventsOnSale = eventPage('events_on_sale', "e.status = 'on_sale'");
const eventsAvailable = eventPage('events_available', isSoldNow);
const eventsOfOrganizer = eventPage(
  'events_of_organizer',
  `e.organizer_id = :organizerId and (not :onlyAvailable or (${isSoldNow}))`,
);

/**
 * Events by date, and then by id, each as callers are to see it now: see `findEventNow`. Throws
 * DatabaseUnavailable.
 */
export async function listEvents(
  database: Database,
  list: ListEvents,
): Promise<Page<EventRecord, EventCursor>> {
  const { organizerId, onlyAvailable, limit } = list;
  const values = { ...beginningOf(list), limit: limit + 1 };
  const form = (await isDistributed(database)) ? 'onNodes' : 'onOne';
  const query =
    organizerId !== null
      ? eventsOfOrganizer[form]({ ...values, organizerId, onlyAvailable })
      : (onlyAvailable ? eventsAvailable : eventsOnSale)[form](values);
  const events = (await read<EventRowNow>(database, query)).map(toEventNow);
  return pageOf(events, limit, (event) => ({ date: event.date, id: event.id }));
}

/** The date and id after which the page begins. A null date stands for PostgreSQL's time. */
function beginningOf({ from, organizerId, after }: ListEvents) {
  const date = from ?? (organizerId === null ? null : beforeAllDates);
  const isFurtherOn = after !== null && after.date >= (from ?? after.date);
  return isFurtherOn ? after : { date, id: lowestId };
}
