import type { Way } from './way.ts';

/**
 * Holdfast as it is delivered: admission by Redis, group commit, the api's own router. It writes a
 * ledger and an outbox, too, which no other way does.
 */
export const holdfast: Way = {
  name: 'holdfast',
  title: 'Holdfast',
  claimsSafe: true,
  server: { type: 'holdfast', admission: true },
};
