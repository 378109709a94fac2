/** How plain HTTP reaches a procedure. */
export interface RestRoute {
  /** Queries are GET and commands POST. What stands in braces is a field of the procedure's input. */
  readonly route: `${'GET' | 'POST'} /api/${string}`;
  /** What it does, for who reads the document. */
  readonly summary: string;
  /**
   * The field of the input that names what the call makes. It comes as the header Idempotency-Key, and is
   * made here where that is left out. The answer is then 201.
   */
  readonly makes?: string;
  /** Where what was made can be read, by the same fields. */
  readonly location?: `/api/${string}`;
  /** Names of fields on the wire: the procedure's own, unless said otherwise. */
  readonly words?: 'guide';
}

/** A procedure that plain HTTP does not reach, and why. */
export interface WithoutRoute {
  readonly without: string;
}

/**
 * Every procedure, and how plain HTTP reaches it. A test fails where one is missing. Who adds a procedure
 * adds a row here, and nothing else: the input's other fields are the body of a POST, or the query of a GET; the
 * schemas make the document; `refused` becomes 409 (404 where the reason ends with `_not_found`).
 */
export const restRoutes: Readonly<Record<string, RestRoute | WithoutRoute>> = {
  'event.list': {
    route: 'GET /api/events',
    summary: 'Events on sale and still to come, by date.',
  },
  'event.create': {
    route: 'POST /api/events',
    summary: 'Make an event. It is a draft until it is opened.',
    makes: 'eventId',
    location: '/api/events/{eventId}',
  },
  'event.get': { route: 'GET /api/events/{eventId}', summary: 'An event as it is now.' },
  'event.update': {
    route: 'POST /api/events/{eventId}',
    summary: 'Change an event. What is left out stays as it is.',
  },
  'event.open': { route: 'POST /api/events/{eventId}/open', summary: 'Put an event on sale.' },
  'event.close': {
    route: 'POST /api/events/{eventId}/close',
    summary: 'Close a sale, or call the event off.',
  },
  'event.setCapacity': {
    route: 'POST /api/events/{eventId}/capacity',
    summary: 'Change how many seats an event has.',
  },
  'event.bookings': {
    route: 'GET /api/events/{eventId}/bookings',
    summary: 'The bookings of an event, for its organizer.',
  },
  'event.sale': {
    without: 'It is a stream, which is read at /trpc/event.sale as it is.',
  },
  'event.exportBookings': {
    without: 'It is a file, at GET /api/events/{eventId}/bookings.csv.',
  },
  'event.watch': {
    without: 'It is a stream, which an EventSource reads at /trpc/event.watch as it is.',
  },
  'booking.reserve': {
    route: 'POST /api/events/{eventId}/holds',
    summary: 'Hold seats for some minutes.',
    makes: 'bookingId',
    location: '/api/events/{eventId}/bookings/{bookingId}',
  },
  'booking.book': {
    route: 'POST /api/events/{eventId}/bookings',
    summary: 'Book seats at once.',
    makes: 'bookingId',
    location: '/api/events/{eventId}/bookings/{bookingId}',
  },
  'booking.confirm': {
    route: 'POST /api/events/{eventId}/bookings/{bookingId}/confirm',
    summary: 'Confirm a hold: its seats are sold.',
  },
  'booking.cancel': {
    route: 'POST /api/events/{eventId}/bookings/{bookingId}/cancel',
    summary: 'Give the seats of a booking back.',
  },
  'booking.extend': {
    route: 'POST /api/events/{eventId}/bookings/{bookingId}/extend',
    summary: 'Let a hold last longer.',
  },
  'booking.changeQuantity': {
    route: 'POST /api/events/{eventId}/bookings/{bookingId}/quantity',
    summary: 'Give back some seats of a booking, or add seats.',
  },
  'booking.transfer': {
    route: 'POST /api/events/{eventId}/bookings/{bookingId}/transfer',
    summary: 'Offer a booking to another user, or take the offer back.',
  },
  'booking.accept': {
    route: 'POST /api/events/{eventId}/bookings/{bookingId}/accept',
    summary: 'Take over a booking that another user offers.',
  },
  'booking.get': {
    route: 'GET /api/events/{eventId}/bookings/{bookingId}',
    summary: 'A booking as it is now.',
  },
  'booking.history': {
    route: 'GET /api/events/{eventId}/bookings/{bookingId}/history',
    summary: 'What has become of a booking, and who did it, for the organizer of its event.',
  },
  'booking.mine': { route: 'GET /api/bookings', summary: 'My bookings, the newest first.' },
  'order.place': {
    route: 'POST /api/orders',
    summary: 'Take seats of several events, all of them or none.',
    makes: 'orderId',
    location: '/api/orders/{orderId}',
  },
  'order.confirm': {
    route: 'POST /api/orders/{orderId}/confirm',
    summary: 'Confirm all holds of an order, or none.',
  },
  'order.cancel': {
    route: 'POST /api/orders/{orderId}/cancel',
    summary: 'Give all seats of an order back.',
  },
  'order.get': { route: 'GET /api/orders/{orderId}', summary: 'An order as it is now.' },
  'health.live': { route: 'GET /api/health/live', summary: 'Does the process run?' },
  'health.ready': { route: 'GET /api/health/ready', summary: 'Can it do its work?' },
};

/** The guide's own way to book, in the guide's words, for clients that were written for it. */
export const guideRoutes: Readonly<Record<string, RestRoute>> = {
  'booking.book': {
    route: 'POST /api/bookings',
    summary: 'Book seats at once, in the words of the guide.',
    makes: 'bookingId',
    location: '/api/events/{eventId}/bookings/{bookingId}',
    words: 'guide',
  },
};
