import { claimRows } from './array-rows.ts';
import { updateClaimedOfOne } from './claim-statements.ts';
import { insertEvent, updateCountersOfOne, updateEvent } from './event-statements.ts';
import { inRoutine } from './form.ts';
import {
  insertBookings,
  insertClaimed,
  insertClaims,
  insertLedger,
  insertOutbox,
  recorded,
} from './inserts.ts';
import { movedInRoutine } from './moved-bookings.ts';
import { type Routine, routine } from '../sql/routine.ts';

/*
 * The writes of one event where tables are distributed. Each is one call, which runs as a whole on the server that has
 * the event. Of one statement with several parts Citus would plan each part by itself, send what one part gives the
 * next to all servers, and so commit on all of them (docs/distributed.md has the figures).
 */

const returns = 'version int, total int, available int, held int, now float8';

/** What follows is done only if the event's row was written. */
const withEvent = (writeEvent: string, steps: readonly string[]): string => `
declare
  event events;
  ended_count int;
  kept_count int;
begin
  ${writeEvent} into event;
  if not found then return; end if;
  ${steps.join(';\n')};
  return query select ${recorded};
end`;

const sold = (name: string, writeEvent: string): Routine =>
  routine(name, {
    key: 'eventId',
    returns,
    body: withEvent(writeEvent, [
      movedInRoutine,
      insertBookings(inRoutine),
      insertLedger(inRoutine),
      insertOutbox(inRoutine),
    ]),
  });

export const createdRoutine = sold('record_created', insertEvent);
export const organizedRoutine = sold('record_organized', updateEvent);
export const soldRoutine = sold('record_sold_one', updateCountersOfOne());

const claimed = inRoutine.from(claimRows);

export const claimsRoutine = routine('record_claims_of_one', {
  key: 'eventId',
  returns,
  body: withEvent(updateClaimedOfOne, [
    insertClaimed(inRoutine, claimed),
    insertClaims(inRoutine, claimed),
    insertOutbox(inRoutine),
  ]),
});

/** All that must be there before the first commit on distributed tables. */
export const routines: readonly Routine[] = [
  claimsRoutine,
  createdRoutine,
  organizedRoutine,
  soldRoutine,
];
