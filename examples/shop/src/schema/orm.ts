import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { CreateShop } from './create-shop.ts';
import { GuardSales } from './guard-sales.ts';
import { Product } from './product.ts';

/**
 * The ORM of the catalogue, and its migrations. Close it when done.
 *
 * @example const orm = await openOrm('postgres://localhost/shop')
 */
export async function openOrm(clientUrl: string): Promise<MikroORM> {
  return await MikroORM.init({
    clientUrl,
    entities: [Product],
    extensions: [Migrator],
    ensureDatabase: false,
    // With batches, versions are compared by a SELECT alone, and an update may be lost.
    useBatchUpdates: false,
    migrations: {
      tableName: 'shop_migrations',
      migrationsList: [CreateShop, GuardSales],
      snapshot: false,
      silent: true,
    },
  });
}

/**
 * Brings the tables up to date. It may be repeated.
 *
 * @example await migrate('postgres://localhost/shop')
 */
export async function migrate(url: string): Promise<void> {
  const orm = await openOrm(url);
  try {
    await orm.migrator.up();
  } finally {
    await orm.close(true);
  }
}
