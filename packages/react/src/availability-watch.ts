import type { EventCalls, HoldfastError, NamedEventUpdate } from '@holdfast/client';
import { type Availability, type KnownAvailability, knownAvailability } from './availability.ts';
import { planStreams } from './plan-streams.ts';

/** Watches what is shown, over as few connections as can be. */
export interface AvailabilityWatch {
  /** Watches an event until it is left again. `onChange` hears that `read` answers something new. */
  subscribe(eventId: string, onChange: () => void): () => void;
  /** What is known. The same object until it changes. */
  read(eventId: string): Availability;
  /** The connections are known to be cut: all is stale from now on. */
  cut(): void;
  /** The machine woke, or is online again: every connection is made anew, at once. */
  restart(): void;
}

export interface AvailabilityWatchOptions {
  readonly event: Pick<EventCalls, 'watch'>;
  /** Runs it soon, so that what appears together is asked for together. */
  readonly soon: (run: () => void) => void;
}

interface Stream {
  readonly eventIds: readonly string[];
  readonly end: AbortController;
}

/**
 * Watches events for the parts of a page. Each event is watched once, however many show it, and up to 20 share one
 * connection: 60 events at a time; further ones stay `loading` until others are left.
 *
 * @example
 * const availability = watchAvailability({ event: client.event, soon: queueMicrotask });
 * const leave = availability.subscribe(eventId, () => show(availability.read(eventId)));
 */
export function watchAvailability(options: AvailabilityWatchOptions): AvailabilityWatch {
  const known = knownAvailability();
  let streams: readonly Stream[] = [];
  let isDue = false;

  function regroup(before: readonly Stream[]): void {
    const wanted = known.wantedIds().filter((id) => known.read(id).status !== 'failed');
    const { kept, opened } = planStreams(before, wanted);
    for (const stream of streams) if (!kept.includes(stream)) stream.end.abort();
    const added = opened.map((eventIds) => ({ eventIds, end: new AbortController() }));
    streams = [...kept, ...added];
    for (const stream of added) void run(stream);
  }

  function regroupSoon(): void {
    if (isDue) return;
    isDue = true;
    options.soon(() => {
      isDue = false;
      regroup(streams);
    });
  }

  async function run(stream: Stream): Promise<void> {
    await follow(stream, known, options.event);
    if (stream.end.signal.aborted) return;
    streams = streams.filter((each) => each !== stream);
    regroupSoon();
  }

  return {
    read: (eventId) => known.read(eventId),
    subscribe(eventId, onChange) {
      const leave = known.want(eventId, onChange);
      regroupSoon();
      return () => {
        leave();
        regroupSoon();
      };
    },
    cut: () => known.mark(known.wantedIds(), 'stale'),
    restart: () => regroup([]),
  };
}

/** Tells what a stream brings, until it is ended, or no waiting helps. */
async function follow(
  { eventIds, end: { signal } }: Stream,
  known: KnownAvailability,
  event: Pick<EventCalls, 'watch'>,
): Promise<void> {
  const options = {
    signal,
    onOpen: () => known.mark(eventIds, 'live'),
    onCut: () => known.mark(eventIds, 'stale'),
  };
  try {
    const afterVersions = versionsOf(eventIds, known);
    for await (const update of event.watch({ eventIds, afterVersions }, options)) {
      if (signal.aborted) return;
      take(update, known);
    }
  } catch (error) {
    if (!signal.aborted) fail(eventIds, known, error);
  }
}

function take({ eventId, changes }: NamedEventUpdate, known: KnownAvailability): void {
  const change = changes.at(-1);
  if (change !== undefined) known.tell(eventId, { status: 'live', change });
}

/** The message names the event that is not there: the others are watched on without it. */
function fail(eventIds: readonly string[], known: KnownAvailability, thrown: unknown): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a watch throws nothing else.
  const error = thrown as HoldfastError;
  const named = eventIds.filter((id) => error.message.includes(id));
  for (const eventId of named.length > 0 ? named : eventIds) {
    known.tell(eventId, { status: 'failed', error });
  }
}

function versionsOf(
  eventIds: readonly string[],
  known: KnownAvailability,
): Readonly<Record<string, number>> {
  const versions = eventIds.flatMap((id) => {
    const availability = known.read(id);
    return 'change' in availability ? [[id, availability.change.version] as const] : [];
  });
  return Object.fromEntries(versions);
}
