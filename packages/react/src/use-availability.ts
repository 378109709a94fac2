import { useCallback, useSyncExternalStore } from 'react';
import type { Availability } from './availability.ts';
import { usePage } from './holdfast-provider.ts';

/**
 * The free seats of an event, live. All events that a page shows are watched over as few connections as can be, and a
 * cut is fixed by itself; while it lasts the last state is `stale`.
 *
 * @example
 * const seats = useAvailability(eventId);
 * if (seats.status === 'live') return <b>{seats.change.availableSeats} left</b>;
 */
export function useAvailability(eventId: string): Availability {
  const { availability } = usePage();
  const subscribe = useCallback(
    (onChange: () => void) => availability.subscribe(eventId, onChange),
    [availability, eventId],
  );
  const read = () => availability.read(eventId);
  return useSyncExternalStore(subscribe, read, read);
}
