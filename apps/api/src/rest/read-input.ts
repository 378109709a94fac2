import { Fault } from '../http/faults.ts';
import type { FieldFault } from '../http/field-faults.ts';
import type { RestAsked } from './asked.ts';
import type { Route } from './route.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * The input of the procedure, from path, header, query and body.
 *
 * @throws Fault `bad_input`: the body is no JSON object, or it or the query has a field that there is not
 * @example readInput(asked, '{"quantity":2}') // { quantity: 2, eventId: '0199…', bookingId: '0199…' }
 */
export function readInput(asked: RestAsked, text: string | null): Input {
  const { route, pathValues, made } = asked;
  const given = route.method === 'GET' ? queryOf(route, asked.query) : bodyOf(route, text);
  const placed = route.pathFields.map((field, place) => [field, pathValues[place]] as const);
  const makes = made === null ? [] : [[made.field, made.id] as const];
  const input = Object.fromEntries([...given, ...placed, ...makes]);
  // Nobody has sent an id that was made just now.
  const isFirst = made?.isNew === true && route.fields.has(route.spell(firstAttempt));
  return isFirst ? { [firstAttempt]: true, ...input } : input;
}

const firstAttempt = 'isFirstAttempt';

type Entries = readonly (readonly [field: string, value: unknown])[];

/** As entries, so that `__proto__` is a name like any other. */
function bodyOf(route: Route, text: string | null): Entries {
  if (text === null) return [];
  const body = jsonOf(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badFields([{ path: 'input', message: 'Send an object, as in {"name": "value"}.' }]);
  }
  return named(route, Object.entries(body));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = 'The input is not well-formed JSON in UTF-8.';
    throw new Fault('bad_input', { message, cause });
  }
}

function queryOf(route: Route, query: string | null): Entries {
  if (query === null) return [];
  const parameters = [...new URLSearchParams(query)];
  const names = parameters.map(([name]) => name);
  const twice = names.filter((name, place) => names.indexOf(name) !== place);
  if (twice.length > 0) throw badFields(faultsOf(twice, 'Say it once.'));
  return named(route, parameters).map(([field, text]) => [field, valueOf(route, field, text)]);
}

/** By the procedure's own names, and by no others. */
function named<T>(route: Route, given: readonly (readonly [string, T])[]): [string, T][] {
  const unknown = given.map(([name]) => name).filter((name) => !route.fields.has(name));
  if (unknown.length > 0) {
    throw badFields(faultsOf(unknown, 'There is no such field. Leave it out.'));
  }
  return given.map(([name, value]) => [route.fields.get(name)?.name ?? name, value]);
}

/** What a text means for this field. What means nothing stays a text, for the schema to refuse. */
function valueOf(route: Route, field: string, text: string): unknown {
  const type = route.fields.get(route.spell(field))?.type;
  if (type === 'number' && numberPattern.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

const numberPattern = /^-?\d{1,15}(?:\.\d{1,15})?$/;

/** An answer names at most so many fields, and so much of each name: input never grows the answer. */
const fieldCountMax = 20;
const nameLengthMax = 100;

function faultsOf(names: readonly string[], message: string): readonly FieldFault[] {
  const some = [...new Set(names)].slice(0, fieldCountMax);
  return some.map((name) => ({ path: name.slice(0, nameLengthMax), message }));
}

const badFields = (fields: readonly FieldFault[]) => new Fault('bad_input', { fields });
