import { randomUUID } from 'node:crypto';
import { countOf } from '@holdfast/command';
import {
  type Database,
  explainStatements,
  findBooking,
  findEventNow,
  listBookingsOfEvent,
  listBookingsOfUser,
  listEvents,
  migrate,
  plansOf,
} from '@holdfast/data';
import { createDatabase, dropDatabase } from '@holdfast/services';
import { withDatabase } from '../servers/database.ts';
import { type Point, pointWith } from './point.ts';

const [limit, from, after] = [20, null, null];
const [eventId, bookingId] = [randomUUID(), randomUUID()];
const list = { from, after, limit, organizerId: null, onlyAvailable: false };

type Read = readonly [index: string, read: (noted: Database) => Promise<unknown>];

/** What the engine reads, and the index that each is to use. */
const reads: readonly Read[] = [
  ['ix_events_date', (noted) => listEvents(noted, list)],
  ['ix_events_available_date', (noted) => listEvents(noted, { ...list, onlyAvailable: true })],
  ['ix_events_organizer_date', (noted) => listEvents(noted, { ...list, organizerId: 'o 7' })],
  ['ix_bookings_user_id', (noted) => listBookingsOfUser(noted, { userId: 'u 7', after, limit })],
  ['ix_bookings_event_id', (noted) => listBookingsOfEvent(noted, { eventId, after, limit })],
  ['bookings_pkey', (noted) => findBooking(noted, { eventId, bookingId })],
  ['events_pkey', (noted) => findEventNow(noted, eventId)],
  [
    // The guide's own.
    'ix_events_date',
    ({ pool }) =>
      pool.query({ text: 'SELECT * FROM events WHERE date > NOW() ORDER BY date', values: [] }),
  ],
];

/** Thousands of events, most of them over, and bookings of many users: no plan is right by chance. */
const rows = `
  insert into events (id, organizer_id, title, date, status, seat_count, available_seats, version,
    quantity_per_booking_max, active_bookings_per_user_max, hold_duration_ms)
  select case n when 1 then '${eventId}'::uuid else gen_random_uuid() end, 'o ' || n % 100,
    'One of many', now() + (n - 9950) * interval '1 minute', 'on_sale', 1, n % 2, 1, 1, 1, 1
  from generate_series(1, 10000) n;
  insert into bookings (event_id, id, user_id, ordinal, seat_count, status, changed_at, created_at)
  select case n % 10 when 1 then '${eventId}'::uuid else gen_random_uuid() end, gen_random_uuid(),
    'u ' || n % 500, n, 1, 'confirmed', now(), now() - n * interval '1 second'
  from generate_series(1, 20000) n`;

/** Runs in a database of its own on the server of this URL, which it drops. */
export async function indexesPoint(databaseUrl: string): Promise<Point> {
  const url = await createDatabase(databaseUrl);
  try {
    return await withDatabase({ url, ...patience }, async (database) => {
      await migrate(database);
      return await pointOfPlans(database);
    });
  } finally {
    await dropDatabase(url);
  }
}

const patience = { statementTimeoutMs: 30_000, replyTimeoutMs: 30_000 };

/** Fills the tables, and runs EXPLAIN ANALYZE of each read. */
export async function pointOfPlans(database: Database): Promise<Point> {
  await database.commitPool.query(rows);
  await database.commitPool.query('vacuum analyze events, bookings');
  const missed: string[] = [];
  for (const [index, read] of reads) {
    // For these very values, as a person would ask.
    const plans = (await plansOf(database, read)).filter(
      ({ mode }) => mode === 'force_custom_plan',
    );
    const uses = new RegExp(`Index (Only )?Scan.* (using|on) ${index} `);
    if (plans.length === 0 || !plans.every(({ text }) => uses.test(text))) missed.push(index);
  }
  const explained = await explainStatements(database);
  const whole = explained.filter(({ tablesReadWhole }) => tablesReadWhole.length > 0);
  const said = `EXPLAIN ANALYZE of ${reads.length} reads: ${reads.length - missed.length} use their index; of ${countOf(explained.length, 'statement')} ${whole.length} would read a table whole`;
  return pointWith({
    title: 'Verify indexes exist (run EXPLAIN ANALYZE)',
    passed: missed.length === 0 && whole.length === 0,
    figure: [said, ...missed.map((index) => `not used: ${index}`)].join('. '),
    fix: 'pnpm holdfast doctor names each index that is missing, with the SQL that makes it',
  });
}
