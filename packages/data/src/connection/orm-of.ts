import type { MikroORM } from '@mikro-orm/postgresql';
import type { DatabaseOptions } from './database-options.ts';

/** What of a Database matters here: that it is one. */
interface Opened {
  readonly options: DatabaseOptions;
}

const orms = new WeakMap<Opened, MikroORM>();

/** Notes which MikroORM stands behind a database. */
export function noteOrm(database: Opened, orm: MikroORM): void {
  orms.set(database, orm);
}

/**
 * The MikroORM behind an open database: for reads where speed does not matter, and for migrations. It is no
 * field of Database, so that whoever uses that needs none of MikroORM's types.
 *
 * @throws TypeError for what `openDatabase` did not open
 * @example const count = await ormOf(database).em.fork().count(Event)
 */
export function ormOf(database: Opened): MikroORM {
  const orm = orms.get(database);
  if (orm === undefined) throw new TypeError('Open the database with openDatabase.');
  return orm;
}
