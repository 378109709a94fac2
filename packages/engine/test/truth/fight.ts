import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { OrganizerCommand } from '@holdfast/domain';
import { deadlineAfter } from '../../src/deadline.ts';
import type { GivenOutcome } from '../../src/lane/words.ts';
import { cancel, claim, sellEvent } from '../engine-for-test.ts';
import type { Fighter } from './fighter.ts';
import { SeatHistory, type Since, type Span } from './seat-history.ts';

/** Processes that sell the same few events. */
export interface Fight {
  readonly claimers: readonly Fighter[];
  /** They take what gives seats back: cancels, and what organizers order. */
  readonly givers: readonly Fighter[];
  readonly random: () => number;
  readonly events: readonly FightEvent[];
}

interface FightEvent {
  readonly eventId: string;
  readonly history: SeatHistory;
  /** Seats, as the organizer left them. */
  total: number;
  takenCount: number;
}

const eventCount = 4;
const buyerCountPerEvent = 5;
const holdDurationMs = 150;
const commandTimeoutMs = 8_000;
/** Of a claim that got a seat: the chance that it holds it, and lets it lapse. */
const lapseShare = 0.2;
const overtimeMsMax = 20_000;
/** PostgreSQL's clock is read in whole milliseconds. */
const clockMarginMs = 2;

/** Events of one seat each, which none of the processes has sold yet. */
export async function openFight(parts: Omit<Fight, 'events'>): Promise<Fight> {
  const { claimers, random } = parts;
  const opening = Array.from({ length: eventCount }, async () => {
    const eventId = await sellEvent(someOf(claimers, random).database, 1, { holdDurationMs });
    const history = new SeatHistory();
    const now = performance.now();
    history.free({ commit: now, answer: now });
    return { eventId, history, total: 1, takenCount: 0 };
  });
  return { ...parts, events: await Promise.all(opening) };
}

/**
 * Everybody buys, gives back and lets lapse for so long, while organizers change their events. On a busy
 * machine it goes on until enough has happened to say anything of it.
 */
export async function fightFor(durationMs: number, fight: Fight): Promise<void> {
  const endsAt = performance.now() + durationMs;
  const isOver = () => {
    const lateMs = performance.now() - endsAt;
    return lateMs >= 0 && (hasSeenMuch(fight) || lateMs >= overtimeMsMax);
  };
  const repeat = async (step: () => Promise<void>) => {
    while (!isOver()) await step();
  };
  await Promise.all(
    fight.events.flatMap((event) => [
      ...Array.from({ length: buyerCountPerEvent }, () => repeat(() => buyOnce(fight, event))),
      repeat(() => organizeOnce(fight, event)),
    ]),
  );
}

/** All refusals that were false, over all events. */
export function falseRefusals({ events }: Fight, since: Since): readonly Span[] {
  return events.flatMap(({ history }) => history.falseRefusals(since));
}

/** Did enough happen to say that nothing false was among it? */
export function hasSeenMuch({ events }: Fight): boolean {
  const takenCount = events.reduce((sum, event) => sum + event.takenCount, 0);
  const refusedCount = events.reduce((sum, { history }) => sum + history.refusals.length, 0);
  return takenCount > 20 && refusedCount > 100;
}

async function buyOnce({ claimers, givers, random }: Fight, event: FightEvent): Promise<void> {
  const { eventId, history } = event;
  const type = random() < lapseShare ? 'reserve' : 'book';
  const bookingId = randomUUID();
  const from = performance.now();
  const answer = await claim(someOf(claimers, random), eventId, { bookingId, type });
  const to = performance.now();
  if (answer.status === 'unknown') throw new Error('PostgreSQL was there, and an outcome unknown.');
  if (answer.status === 'refused') {
    if (answer.reason === 'sold_out') history.refusals.push({ from, to });
  } else {
    event.takenCount += 1;
    history.take(from);
    if (type === 'reserve') history.free(lapseOf(answer));
    // Long enough for the others to hear `sold_out`, and for Redis to know that.
    await pause(10 + random() * 50);
    if (type === 'book') await giveBack({ givers, random, event }, bookingId);
  }
  await pause(random() * 4);
}

function lapseOf(answer: GivenOutcome) {
  if (!('booking' in answer) || answer.booking.status !== 'held') throw new Error('No hold.');
  const at = answer.booking.expiresAt - Date.now() + performance.now() + clockMarginMs;
  return { commit: at, answer: at };
}

interface Giving extends Pick<Fight, 'givers' | 'random'> {
  readonly event: FightEvent;
}

async function giveBack(giving: Giving, bookingId: string): Promise<void> {
  const { eventId, history } = giving.event;
  const { at } = await timed(giving, (fighter) => cancel(fighter, eventId, { bookingId }));
  history.free(at);
}

/** Adds a seat and takes it away again, or closes the sale and opens it again. */
async function organizeOnce({ givers, random }: Fight, event: FightEvent): Promise<void> {
  const giving = { givers, random, event };
  await pause(random() * 200);
  if (random() < 0.5) await changeTotal(giving, event.total === 1 ? 2 : 1);
  else await closeAndOpen(giving);
}

async function changeTotal(giving: Giving, total: number): Promise<void> {
  const { event } = giving;
  const from = performance.now();
  const order = { type: 'setCapacity', organizerId: 'olga', total } as const;
  const { at, isAccepted } = await timed(giving, (fighter) => give(fighter, event, order));
  const isMore = total > event.total;
  if (!isMore) event.history.take(from);
  // Fewer are refused where all are taken: then the one that might have gone has stayed.
  if (isMore || !isAccepted) event.history.free(at);
  if (isAccepted) event.total = total;
}

async function closeAndOpen(giving: Giving): Promise<void> {
  const { event, random } = giving;
  const close = { type: 'close', organizerId: 'olga', as: 'closed' } as const;
  const open = { type: 'open', organizerId: 'olga' } as const;
  event.history.closeSale(performance.now());
  await timed(giving, (fighter) => give(fighter, event, close));
  await pause(random() * 20);
  const { at } = await timed(giving, (fighter) => give(fighter, event, open));
  event.history.openSale(at);
}

function give({ lanes }: Fighter, { eventId }: FightEvent, command: OrganizerCommand) {
  return lanes.submit(eventId, { command, isFirstAttempt: false }, deadlineAfter(commandTimeoutMs));
}

/** Has one of the processes do it; when that was certain, by its commit and by its answer. */
async function timed(
  { givers, random, event: { eventId } }: Giving,
  call: (fighter: Fighter) => Promise<GivenOutcome>,
) {
  const fighter = someOf(givers, random);
  const from = performance.now();
  const { status } = await call(fighter);
  if (status === 'unknown') throw new Error('PostgreSQL was there, and an outcome unknown.');
  const answer = performance.now();
  const committedAt = fighter.fencedCommitAt(eventId);
  // Where Redis did not answer, no fence is known to stand.
  const commit = committedAt >= from ? committedAt : answer;
  return { at: { commit, answer }, isAccepted: status === 'accepted' };
}

function someOf(fighters: readonly Fighter[], random: () => number): Fighter {
  const fighter = fighters[Math.floor(random() * fighters.length)];
  if (fighter === undefined) throw new Error('There is nobody to fight.');
  return fighter;
}
