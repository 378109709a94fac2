import type { MikroORM } from '@mikro-orm/postgresql';
import type { Database } from './database.ts';

const orms = new WeakMap<Database, MikroORM>();

/** Notes which MikroORM stands behind a database. */
export function noteOrm(database: Database, orm: MikroORM): void {
  orms.set(database, orm);
}

/**
 * The MikroORM behind an open database: for reads where speed does not matter, and for migrations. It is no
 * field of Database, so that whoever uses that needs none of MikroORM's types.
 *
 * @throws TypeError for what `openDatabase` did not open
 * @example const count = await ormOf(database).em.fork().count(Event)
 */
export function ormOf(database: Database): MikroORM {
  const orm = orms.get(database);
  if (orm === undefined) throw new TypeError('Open the database with openDatabase.');
  return orm;
}
