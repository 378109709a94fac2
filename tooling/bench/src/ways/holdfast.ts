import type { Way } from './way.ts';

/**
 * Holdfast as it is delivered: admission by Redis, group commit, the api's own router. It writes a
 * ledger and an outbox, too, which no other way does.
 */
export const holdfast: Way = {
  name: 'holdfast',
  title: 'Holdfast',
  claimsSafe: true,
  server: { type: 'holdfast', admission: true, calls: 'book' },
};

/** Holdfast without REDIS_URL: every command goes straight to the group committer. */
export const holdfastWithoutAdmission: Way = {
  name: 'holdfast_without_admission',
  title: 'Holdfast without admission',
  claimsSafe: true,
  server: { type: 'holdfast', admission: false, calls: 'book' },
};

/** Holdfast, for who calls it by plain HTTP: `POST /api/bookings`. */
export const holdfastByRest: Way = {
  name: 'rest',
  title: 'Holdfast by plain HTTP',
  claimsSafe: true,
  server: { type: 'holdfast', admission: true, calls: 'rest' },
};

/** Holdfast, for who orders seats of several events at once: `order.place`. */
export const holdfastByOrders: Way = {
  name: 'order',
  title: 'Holdfast by orders of 5 lines',
  claimsSafe: true,
  server: { type: 'holdfast', admission: true, calls: 'order' },
};
