// One process of the storm: is told its share, and says what its guests were told.
import { randomFrom } from '@holdfast/testing';
import { Pool } from 'pg';
import { storm } from '../src/storm/storm.ts';

process.once(
  'message',
  (share: {
    url: string;
    restaurantId: number;
    guestMin: number;
    guestCount: number;
    seed: number;
  }) => {
    void (async () => {
      const pool = new Pool({ connectionString: share.url, max: 10 });
      const told = await storm(pool, { ...share, random: randomFrom(share.seed) });
      await pool.end();
      process.send?.(told, () => process.disconnect());
    })();
  },
);
