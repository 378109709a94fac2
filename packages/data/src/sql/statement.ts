import type { QueryConfig } from 'pg';

/** As many as this package has: statements are made when a file is loaded, and never later. */
const texts = new Map<string, string>();

/** Every statement made so far, by the name that PostgreSQL knows it by. */
export function preparedTexts(): ReadonlyMap<string, string> {
  return texts;
}

/**
 * A prepared SQL statement with named parameters: `:name` in the text, and a value for each name at
 * the call. A name that stands twice is sent once.
 *
 * Throws where a value is missing: a bug.
 *
 * @example
 * const byId = statement('event_by_id', 'select * from events where id = :id');
 * await pool.query(byId({ id }));
 */
export function statement(
  name: string,
  text: string,
): (values: Readonly<Record<string, unknown>>) => QueryConfig {
  const names: string[] = [];
  const numbered = text.replaceAll(/(?<!:):([a-z]\w*)/gi, (_, parameter: string) => {
    if (!names.includes(parameter)) names.push(parameter);
    return `$${names.indexOf(parameter) + 1}`;
  });
  const fullName = `holdfast_${name}`;
  texts.set(fullName, numbered);
  return (values) => ({
    name: fullName,
    text: numbered,
    values: names.map((parameter) => valueOf(values, parameter)),
  });
}

function valueOf(values: Readonly<Record<string, unknown>>, parameter: string): unknown {
  const value = values[parameter];
  if (value === undefined) throw new Error(`The statement's parameter ${parameter} has no value.`);
  return value;
}
