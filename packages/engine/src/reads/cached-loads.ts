import { type Database, findEventNow, listEvents } from '@holdfast/data';
import { z } from 'zod';
import { type CachedEntry, cacheClock, freshMs, isServable, type Need } from './cached-entry.ts';
import type { SecondLevel } from './cached-level.ts';
import { listOf } from './cached-list-name.ts';
import {
  type EventView,
  type EventViews,
  eventView,
  eventViews,
  viewOf,
  viewsOf,
} from './event-view.ts';

interface Sources {
  readonly database: Database;
  readonly second: SecondLevel | null;
}

/** The clocks of two processes differ by less. */
const clockToleranceMs = 1_000;

const eventText = z.strictObject({ readAt: z.number(), value: eventView });
const pageText = z.strictObject({ readAt: z.number(), value: eventViews });

/** An event from Redis, where that meets the need, or from PostgreSQL. Redis keeps no missing one. */
export async function loadEvent(
  { database, second }: Sources,
  eventId: string,
  need: Need,
): Promise<CachedEntry<EventView | null>> {
  const kept = second && (await findKept(second, eventId));
  if (kept !== null && isServable(kept, need, freshMs)) return kept;
  const readAt = cacheClock();
  const read = { readAt, checkedAt: readAt, from: 'database' } as const;
  const event = await findEventNow(database, eventId);
  if (event === null) return { ...read, value: null, version: 0 };
  const value = viewOf(event);
  second?.storeEvent(eventId, JSON.stringify({ readAt, value }));
  return { ...read, value, version: value.version };
}

/** What Redis has of an event, if that is of this event and no version after it is known there. */
async function findKept(
  second: SecondLevel,
  eventId: string,
): Promise<CachedEntry<EventView> | null> {
  const checkedAt = cacheClock();
  const kept = await second.findEvent(eventId);
  const found = kept && parse(eventText, kept.text);
  if (kept === null || found?.value.id !== eventId) return null;
  const { version } = found.value;
  return version < kept.versionMin ? null : entryFromRedis({ ...found, checkedAt, version });
}

/** A list, by its name, in the same way. */
export async function loadList(
  { database, second }: Sources,
  name: string,
  need: Need,
): Promise<CachedEntry<EventViews>> {
  const checkedAt = cacheClock();
  const slot = second && (await second.openList(name));
  const found = slot?.text ? parse(pageText, slot.text) : null;
  const kept = found && entryFromRedis({ ...found, checkedAt, version: 0 });
  if (kept !== null && isServable(kept, need, freshMs)) return kept;
  const readAt = cacheClock();
  const filter = { from: null, organizerId: null, after: null, ...listOf(name) };
  const value = viewsOf(await listEvents(database, filter));
  slot?.store(JSON.stringify({ readAt, value }));
  return { value, readAt, checkedAt: readAt, version: 0, from: 'database' };
}

/** Its time is another process' time: it may be older than it says. */
function entryFromRedis<Value>(found: Omit<CachedEntry<Value>, 'from'>): CachedEntry<Value> {
  const readAt = Math.min(found.readAt, found.checkedAt) - clockToleranceMs;
  return { ...found, readAt, from: 'redis' };
}

/** What another release, or anybody else, has left there is as good as nothing. */
function parse<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
