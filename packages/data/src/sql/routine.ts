import { createHash } from 'node:crypto';
import type { QueryConfig } from 'pg';

/** A function in the database, which a distributed one runs as a whole on the server that has the event. */
export interface Routine {
  /** Its name in the database. It ends with a hash of its text: releases beside each other have their own. */
  readonly name: string;
  /** SQL that makes it where it is not there yet. */
  readonly create: string;
  /** SQL that tells Citus that a call goes to the server which has the event of its first argument. */
  readonly distribute: string;
  /** The call, with values by the names of its parameters. */
  readonly call: (values: Readonly<Record<string, unknown>>) => QueryConfig;
}

interface RoutineText {
  /** The first parameter: it says to which server a call goes. */
  readonly key: string;
  /** PL/pgSQL: `:name::type` is a parameter, and needs its type once. */
  readonly body: string;
  /** Columns of the rows that it gives. */
  readonly returns: string;
}

/**
 * A routine with named parameters, as `statement` has them.
 *
 * Throws where a parameter has no type, or a call no value for it: a bug.
 *
 * @example
 * const count = routine('count', { key: 'eventId', returns: 'n bigint', body: 'begin … end' });
 * await client.query(count.create);
 * await pool.query(count.call({ eventId }));
 */
export function routine(name: string, { key, body, returns }: RoutineText): Routine {
  const types = typesIn(body);
  const names = [key, ...[...types.keys()].filter((each) => each !== key)];
  const text = body.replaceAll(parameter, (_, each: string) => `$${names.indexOf(each) + 1}`);
  const signature = names.map((each) => typeOf(types, each)).join(', ');
  const hash = createHash('sha256').update(`${signature} ${returns} ${text}`).digest('hex');
  const fullName = `holdfast_${name}_${hash.slice(0, 8)}`;
  const list = names.map((_, index) => `$${index + 1}`).join(', ');
  return {
    name: fullName,
    create: `create or replace function ${fullName}(${signature}) returns table (${returns})
language plpgsql as $routine$
#variable_conflict use_column
${text} $routine$`,
    distribute: `select create_distributed_function('${fullName}(${signature})', '$1', colocate_with := 'events', force_delegation := true)`,
    call: (values) => ({
      name: fullName,
      text: `select * from ${fullName}(${list})`,
      values: names.map((each) => valueOf(values, each)),
    }),
  };
}

const parameter = /(?<!:):([a-z]\w*)/gi;

function typesIn(body: string): ReadonlyMap<string, string | null> {
  const types = new Map<string, string | null>();
  for (const [, name = '', type = null] of body.matchAll(
    /(?<!:):([a-z]\w*)(?:::(\w+(?:\[\])?))?/gi,
  )) {
    types.set(name, types.get(name) ?? type);
  }
  return types;
}

function typeOf(types: ReadonlyMap<string, string | null>, name: string): string {
  const type = types.get(name) ?? null;
  if (type === null) throw new Error(`The routine's parameter ${name} has no type.`);
  return type;
}

function valueOf(values: Readonly<Record<string, unknown>>, name: string): unknown {
  const value = values[name];
  if (value === undefined) throw new Error(`The routine's parameter ${name} has no value.`);
  return value;
}
