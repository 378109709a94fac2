import type { Sales } from '@holdfast/sales';
import type { Pool } from 'pg';

/** What the commands of one restaurant need. */
export interface Restaurant {
  readonly pool: Pool;
  readonly sales: Sales;
  readonly restaurantId: number;
  readonly timeZone: string;
  readonly sittingMinutes: number;
}
