import type { EventCursor, EventRecord, Page } from '@holdfast/data';
import type { EventState, Instant, Policy } from '@holdfast/domain';
import { z } from 'zod';

const instant = z.iso.datetime();
const count = z.int().min(0);

/** An event as everybody who may see it sees it, in plain JSON: moments are texts in ISO 8601, UTC. */
export const eventView = z.strictObject({
  id: z.string(),
  organizerId: z.string(),
  title: z.string(),
  date: instant,
  status: z.enum(['draft', 'on_sale', 'closed', 'cancelled']),
  saleWindow: z.strictObject({
    opensAt: instant.nullable(),
    closesAt: instant.nullable(),
    /** Does the end move with the date? */
    followsDate: z.boolean(),
  }),
  /** When it was first put on sale; null: never, and nobody but its organizer sees it. */
  publishedAt: instant.nullable(),
  policy: z.strictObject({
    quantityPerBookingMax: count,
    activeBookingsPerUserMax: count,
    holdDurationMs: count,
    holdPauseMs: count,
    cancelDeadlineMs: count.nullable(),
    holdExtensionMaxMs: count,
    extendsWhenSoldOut: z.boolean(),
  }),
  seatCount: count,
  availableSeats: count,
  heldSeats: count,
  version: count,
});

export type EventView = z.output<typeof eventView>;

/** Some of a list of events. `next`: where it goes on; `null` on the last page. */
export const eventViews = z.strictObject({
  items: z.array(eventView),
  next: z.strictObject({ date: z.int(), id: z.string() }).nullable(),
});

export type EventViews = z.output<typeof eventViews>;

/** Field by field, so that what an event gains inside does not leave by itself. */
export function viewOf(event: EventState): EventView {
  const { rules, capacity } = event;
  return {
    id: event.id,
    organizerId: event.organizerId,
    title: event.title,
    date: textOf(event.date),
    status: rules.status,
    saleWindow: {
      opensAt: textOrNull(rules.saleWindow.opensAt),
      closesAt: textOrNull(rules.saleWindow.closesAt),
      followsDate: event.saleFollowsDate,
    },
    publishedAt: textOrNull(event.publishedAt),
    policy: policyOf(rules.policy),
    seatCount: capacity.total,
    availableSeats: capacity.available,
    heldSeats: capacity.held,
    version: event.version,
  };
}

function policyOf(policy: Policy): EventView['policy'] {
  const { quantityPerBookingMax, activeBookingsPerUserMax } = policy;
  const { holdDurationMs, holdPauseMs, cancelDeadlineMs, holdExtensionMaxMs, extendsWhenSoldOut } =
    policy;
  return {
    quantityPerBookingMax,
    activeBookingsPerUserMax,
    holdDurationMs,
    holdPauseMs,
    cancelDeadlineMs,
    holdExtensionMaxMs,
    extendsWhenSoldOut,
  };
}

/** The same for a page of events. */
export function viewsOf({ items, next }: Page<EventRecord, EventCursor>): EventViews {
  return { items: items.map(viewOf), next };
}

function textOf(moment: Instant): string {
  return new Date(moment).toISOString();
}

function textOrNull(moment: Instant | null): string | null {
  return moment === null ? null : textOf(moment);
}
