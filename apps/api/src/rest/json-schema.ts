import { z } from 'zod';
import { bookingOutput, bookingWithUserOutput } from '../booking-wire.ts';
import { eventOutput } from '../event-wire.ts';
import { instantInput } from '../instant-input.ts';
import { id } from '../wire.ts';
import type { Spell } from './words.ts';

/** A JSON Schema of draft 2020-12, which is what OpenAPI 3.1 speaks. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** What documents call by a name, and say once. */
const names = z.registry<{ readonly id: string }>();
names.add(bookingOutput, { id: 'Booking' });
names.add(bookingWithUserOutput, { id: 'BookingWithUser' });
names.add(eventOutput, { id: 'Event' });

/** Named schemas by their name, which making others adds to. */
export type NamedSchemas = Map<string, JsonSchema>;

/**
 * What a procedure takes or answers, as JSON Schema.
 *
 * @example jsonSchemaOf(claim, { io: 'input', named: new Map() }).properties
 */
export function jsonSchemaOf(
  schema: z.ZodType,
  { io, named }: { readonly io: 'input' | 'output'; readonly named: NamedSchemas | null },
): JsonSchema {
  const metadata = named === null ? z.registry<{ readonly id: string }>() : names;
  // Within another, so that it is by its name where it has one.
  const whole = z.strictObject({ schema });
  const made = z.toJSONSchema(whole, { io, metadata, unrepresentable: 'any', override: plain });
  const { properties = {}, $defs = {} } = asComponents(made);
  for (const [name, definition] of Object.entries($defs)) {
    const { id: _name, ...rest } = schemaFrom(definition);
    named?.set(name, rest);
  }
  return schemaFrom(properties['schema'] ?? true);
}

const schemaFrom = (schema: z.core.JSONSchema._JSONSchema): JsonSchema =>
  typeof schema === 'boolean' ? {} : schema;

/** Where OpenAPI has its schemas. */
function asComponents(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return JSON.parse(text) as JsonSchema;
}

/** What takes more spellings than a pattern can say. */
const formats = new Map<z.core.$ZodType, string>([
  [id, 'uuid'],
  [instantInput, 'date-time'],
]);

/** A pattern beside these says nothing more. */
const formatsInFull = new Set(['uuid', 'date-time']);

interface Overridden {
  readonly zodSchema: z.core.$ZodType;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}

/**
 * What JSON Schema has no word for is left out: the flag of a pattern that takes both cases (an id is a
 * `uuid`), and the ends of a number that is just whole.
 */
function plain({ zodSchema, jsonSchema }: Overridden): void {
  const description = z.globalRegistry.get(zodSchema)?.description;
  if (description !== undefined) jsonSchema.description ??= description;
  const format = formats.get(zodSchema);
  if (format !== undefined) Object.assign(jsonSchema, { format, maxLength: undefined });
  if (formatsInFull.has(jsonSchema.format ?? '')) delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/**
 * The same, with the names that fields have on the wire.
 *
 * @example spelledSchema({ properties: { eventId: { type: 'string' } } }, asTheGuide)
 */
export function spelledSchema(schema: JsonSchema, spell: Spell): JsonSchema {
  const { properties, required, oneOf, anyOf, items } = schema;
  const inner = (each: z.core.JSONSchema._JSONSchema) => spelledSchema(schemaFrom(each), spell);
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([field, each]) => [spell(field), inner(each)]),
      ),
    }),
    ...(required && { required: required.map(spell) }),
    ...(oneOf && { oneOf: oneOf.map(inner) }),
    ...(anyOf && { anyOf: anyOf.map(inner) }),
    ...(items && !Array.isArray(items) && { items: inner(items) }),
  };
}

/**
 * Of what a command answers, what is no refusal and no doubt: those are problems.
 *
 * @example withoutProblems({ oneOf: [held, refused, unknown] }) // held
 */
export function withoutProblems(schema: JsonSchema): JsonSchema {
  const { oneOf } = schema;
  if (oneOf === undefined) return schema;
  const kept = oneOf.map(schemaFrom).filter((each) => !isProblem(each));
  const [only] = kept;
  return kept.length === 1 && only !== undefined ? only : { ...schema, oneOf: kept };
}

function isProblem(schema: JsonSchema): boolean {
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants !== undefined) return variants.map(schemaFrom).every(isProblem);
  const { const: status } = schemaFrom(schema.properties?.['status'] ?? true);
  return status === 'refused' || status === 'unknown';
}
