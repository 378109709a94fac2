import type { Way } from './way.ts';

/** Holdfast without REDIS_URL: every command goes straight to the group committer. */
export const holdfastWithoutAdmission: Way = {
  name: 'holdfast_without_admission',
  title: 'Holdfast without admission',
  claimsSafe: true,
  server: { type: 'holdfast', admission: false },
};
