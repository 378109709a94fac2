import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { CreateRestaurant } from './create-restaurant.ts';
import { GuardSales } from './guard-sales.ts';
import { TimeSlot } from './time-slot.ts';

/**
 * The ORM of the restaurant's staff, and its migrations. Close it when done.
 *
 * @example const orm = await openOrm('postgres://localhost/restaurant')
 */
export async function openOrm(clientUrl: string): Promise<MikroORM> {
  return await MikroORM.init({
    clientUrl,
    entities: [TimeSlot],
    extensions: [Migrator],
    ensureDatabase: false,
    // With batches, versions are compared by a SELECT alone, and an update may be lost.
    useBatchUpdates: false,
    migrations: {
      tableName: 'restaurant_migrations',
      migrationsList: [CreateRestaurant, GuardSales],
      snapshot: false,
      silent: true,
    },
  });
}

/**
 * Brings the tables up to date. It may be repeated.
 *
 * @example await migrate('postgres://localhost/restaurant')
 */
export async function migrate(url: string): Promise<void> {
  const orm = await openOrm(url);
  try {
    await orm.migrator.up();
  } finally {
    await orm.close(true);
  }
}
