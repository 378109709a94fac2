import { type Role, roles } from '@holdfast/process';

/** Who may call a procedure: anybody, with or without a token, or bearers of these roles. */
export type Access = 'anybody' | readonly Role[];

const anyRole = roles;
const organizers = ['organizer', 'admin'] as const;

/**
 * Who may call what. A procedure that is not listed is closed to everybody: listing it here is
 * what opens it. Whose event or booking it is, is decided further in.
 */
const accessByPath: Readonly<Record<string, Access>> = {
  'event.create': organizers,
  'event.update': organizers,
  'event.open': organizers,
  'event.close': organizers,
  'event.setCapacity': organizers,
  'event.bookings': organizers,
  'event.sale': organizers,
  'event.exportBookings': organizers,
  'event.get': 'anybody',
  'event.list': 'anybody',
  'event.watch': 'anybody',
  'booking.reserve': anyRole,
  'booking.confirm': anyRole,
  'booking.cancel': anyRole,
  'booking.extend': anyRole,
  'booking.changeQuantity': anyRole,
  'booking.transfer': anyRole,
  'booking.accept': anyRole,
  'booking.book': anyRole,
  'booking.get': anyRole,
  'booking.history': organizers,
  'booking.mine': anyRole,
  'order.place': anyRole,
  'order.confirm': anyRole,
  'order.cancel': anyRole,
  'order.get': anyRole,
  'health.live': 'anybody',
  'health.ready': 'anybody',
};

/**
 * Who may call the procedure at this path.
 *
 * @example accessTo('booking.book') // ['user', 'organizer', 'admin']
 * @example accessTo('event.forgotten') // []
 */
export function accessTo(path: string): Access {
  return Object.hasOwn(accessByPath, path) ? (accessByPath[path] ?? []) : [];
}

/** Every path that is listed. */
export const listedPaths: ReadonlySet<string> = new Set(Object.keys(accessByPath));
