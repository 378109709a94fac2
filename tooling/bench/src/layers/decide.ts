import type { Book, EventState } from '@holdfast/domain';
import { decideGroup, stateOf } from '@holdfast/domain/unchecked';
import { v7 } from 'uuid';
import { type LayerRow, measureLayer } from './layer.ts';

const groupSizes = [1, 50, 500];

/** The rules alone: no I/O at all. */
export async function measureDecide(durationMs: number): Promise<readonly LayerRow[]> {
  const rows: LayerRow[] = [];
  for (const count of groupSizes) {
    const commands = Array.from({ length: count }, newClaim);
    const state = stateOf(onSale, []);
    const work = () => void decideGroup(state, commands, 0);
    const told = { layer: 'decide', what: `groups of ${count}`, unit: 'decisions' } as const;
    rows.push(await measureLayer({ ...told, count, work }, durationMs));
  }
  return rows;
}

function newClaim(): Book {
  return { type: 'book', bookingId: v7(), userId: v7(), quantity: 1 };
}

const onSale: EventState = {
  id: v7(),
  organizerId: 'organizer',
  title: 'Opening night',
  date: 1,
  rules: {
    status: 'on_sale',
    saleWindow: { opensAt: null, closesAt: null },
    policy: {
      quantityPerBookingMax: 10,
      activeBookingsPerUserMax: 1,
      holdDurationMs: 600_000,
      holdPauseMs: 0,
      cancelDeadlineMs: null,
      holdExtensionMaxMs: 0,
      extendsWhenSoldOut: true,
    },
  },
  capacity: { total: 1_000_000, available: 1_000_000, held: 0 },
  saleFollowsDate: false,
  publishedAt: 0,
  cancelledAt: null,
  version: 1,
  organizedVersion: 1,
};
