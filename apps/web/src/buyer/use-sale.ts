import type { Event } from '@holdfast/client';
import { useAvailability } from '@holdfast/react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useReads } from '../data/data-provider.tsx';

/** How the sale of an event stands. */
export interface Sale {
  readonly status: Event['status'];
  readonly seatCount: number;
  readonly availableSeats: number;
  readonly heldSeats: number;
  /** The connection is cut: this is what was known before. */
  readonly isStale: boolean;
}

/**
 * How the sale of an event stands: live once the first news has come, and until then as it was read. Where the organizer
 * has changed more than its seats, the event is read again.
 */
export function useSale(event: Event): Sale {
  const seats = useAvailability(event.id);
  const queryClient = useQueryClient();
  const reads = useReads();
  const eventId = event.id;
  const live = 'change' in seats && seats.change.version >= event.version ? seats.change : event;
  const isChanged = live.status !== event.status || live.seatCount !== event.seatCount;
  useEffect(() => {
    if (!isChanged) return;
    void queryClient.invalidateQueries(reads.event.get.queryFilter({ eventId }));
  }, [isChanged, eventId, queryClient, reads]);
  const { status, seatCount, availableSeats, heldSeats } = live;
  return { status, seatCount, availableSeats, heldSeats, isStale: seats.status === 'stale' };
}
