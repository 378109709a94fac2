/**
 * Compares the entities with the snapshot of the last migration and writes the next one, to be read
 * and then listed in src/schema/migrations/index.ts. Needs a database of any
 * content to connect to, in DATABASE_URL.
 *
 *   pnpm --filter @holdfast/data migration:create
 */
import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from '../src/schema/orm-options.ts';

const orm = await MikroORM.init(ormOptions({ url: process.env['DATABASE_URL'] ?? '' }));
const migration = await orm.migrator.create();
console.log(migration.fileName === '' ? 'Nothing has changed.' : `Wrote ${migration.fileName}`);
await orm.close(true);
