/** The api takes so many events to a stream. */
export const eventsPerStreamMax = 20;
/** A browser has six connections to a host, over HTTP/1.1, and has to ask other things, too. */
export const streamCountMax = 3;

/** What a stream watches. */
interface Group {
  readonly eventIds: readonly string[];
}

/** Which streams go on, and which are opened. What is in neither is ended, or has to wait. */
export interface StreamPlan<Stream extends Group> {
  readonly kept: readonly Stream[];
  readonly opened: readonly (readonly string[])[];
}

/**
 * Decides which streams watch what is wanted: those that have something of it go on, and what they have not goes into
 * new ones. Where these would be too many, all is grouped anew, in the order in which it was asked for.
 *
 * @example
 * planStreams([], ['a', 'b']); // { kept: [], opened: [['a', 'b']] }
 */
export function planStreams<Stream extends Group>(
  streams: readonly Stream[],
  wanted: readonly string[],
): StreamPlan<Stream> {
  const kept = streams.filter(({ eventIds }) => eventIds.some((id) => wanted.includes(id)));
  const watched = new Set(kept.flatMap(({ eventIds }) => eventIds));
  const opened = groupsOf(wanted.filter((id) => !watched.has(id)));
  if (kept.length + opened.length <= streamCountMax) return { kept, opened };
  const regrouped = groupsOf(wanted).slice(0, streamCountMax);
  // Nothing is gained by opening the same streams again.
  const isSame = regrouped.every((group) => group.every((id) => watched.has(id)));
  return isSame ? { kept, opened: [] } : { kept: [], opened: regrouped };
}

function groupsOf(eventIds: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(eventIds.length / eventsPerStreamMax);
  return Array.from({ length: count }, (_, index) =>
    eventIds.slice(index * eventsPerStreamMax, (index + 1) * eventsPerStreamMax),
  );
}
