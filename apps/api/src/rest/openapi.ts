import type { AnyRouter } from '@trpc/server';
import { accessTo } from '../access.ts';
import { exportInput } from '../event-input.ts';
import { schemasAt } from '../fast-path/procedures.ts';
import { faultKinds } from '../http/fault-kinds.ts';
import { idempotencyKey } from './asked.ts';
import {
  type JsonSchema,
  jsonSchemaOf,
  type NamedSchemas,
  spelledSchema,
  withoutProblems,
} from './json-schema.ts';
import { problemMediaType } from './problem.ts';
import { problemSchemaOf } from './problem-schema.ts';
import { type Route, routesOf } from './route.ts';
import { asItIs } from './words.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The OpenAPI 3.1 document of a router's routes. The procedures' own schemas make it, so it says what is
 * checked.
 *
 * @example openApiOf(appRouter).openapi // '3.1.1'
 */
export function openApiOf(router: AnyRouter): Json {
  const known = documentsByRouter.get(router);
  if (known !== undefined) return known;
  const named: NamedSchemas = new Map();
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routesOf(router)) {
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = operationOf(router, route, named);
  }
  if ('event.exportBookings' in router._def.procedures) {
    paths['/api/events/{eventId}/bookings.csv'] = { get: exportOperation() };
  }
  const document = {
    openapi: '3.1.1',
    info,
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { ...Object.fromEntries(named), Problem: problemSchemaOf() },
      responses: { Problem: problemResponse },
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
  documentsByRouter.set(router, document);
  return document;
}

const documentsByRouter = new WeakMap<AnyRouter, Json>();

const info = {
  title: 'Holdfast',
  version: '0.1.0',
  description:
    'A booking engine for things that sell out. A command that makes something takes its id, a UUID, as the header Idempotency-Key: the same call again has one effect and one answer.',
  license: { name: 'MIT', identifier: 'MIT' },
};

/** A procedure's route as the document has it. */
function operationOf(router: AnyRouter, route: Route, named: NamedSchemas): Json {
  const { procedure, spell, summary } = route;
  const schemas = schemasAt(router, procedure.path);
  if (schemas === null) throw new Error(`${procedure.path} has no schemas.`);
  const input = spelledSchema(jsonSchemaOf(schemas.input, { io: 'input', named: null }), spell);
  const namesUsed = spell === asItIs ? named : null;
  const output = jsonSchemaOf(schemas.output, { io: 'output', named: namesUsed });
  const isOpen = accessTo(procedure.path) === 'anybody';
  return {
    operationId: operationIdOf(route),
    summary,
    tags: [procedure.path.split('.', 1)[0]],
    security: isOpen ? [{}, { token: [] }] : [{ token: [] }],
    ...takenBy(route, input),
    responses: responsesOf(route, spelledSchema(withoutProblems(output), spell)),
  };
}

/** A file is no procedure's answer, so this one has no route in the table: see export-lane.ts. */
function exportOperation(): Json {
  const { properties = {} } = jsonSchemaOf(exportInput, { io: 'input', named: null });
  const isRequired = (name: string) => name === 'eventId';
  return {
    operationId: 'eventExportBookings',
    summary: 'The bookings of an event as a CSV file, for its organizer.',
    tags: ['event'],
    security: [{ token: [] }],
    parameters: Object.entries(properties).map(([name, schema]) => ({
      name,
      in: isRequired(name) ? 'path' : 'query',
      required: isRequired(name),
      schema: isRequired(name) ? uuid : schema,
    })),
    responses: {
      200: { description: 'The file.', content: { 'text/csv': { schema: { type: 'string' } } } },
      ...problemsOf(faultStatuses),
    },
  };
}

/** @example 'booking.book' // 'bookingBook', and as the guide calls it 'bookingBookAsTheGuide' */
function operationIdOf({ procedure, spell }: Route): string {
  const [noun = '', verb = ''] = procedure.path.split('.');
  const end = spell === asItIs ? '' : 'AsTheGuide';
  return `${noun}${verb.charAt(0).toUpperCase()}${verb.slice(1)}${end}`;
}

const uuid = { type: 'string', format: 'uuid' };

function takenBy(route: Route, { properties = {}, required = [] }: JsonSchema): Json {
  const { method, pathFields, fields, makes } = route;
  const inPath = pathFields.map((name) => ({ name, in: 'path', required: true, schema: uuid }));
  const key = { name: idempotencyKey, in: 'header', description: keyDescription, schema: uuid };
  const given = Object.entries(properties).filter(([name]) => fields.has(name));
  const isRequired = (name: string) => required.includes(name);
  const inQuery = given.map(([name, schema]) => ({
    name,
    in: 'query',
    required: isRequired(name),
    schema: withoutNull(schema),
  }));
  const parameters = [
    ...inPath,
    ...(makes === null ? [] : [key]),
    ...(method === 'GET' ? inQuery : []),
  ];
  return {
    ...(parameters.length > 0 && { parameters }),
    ...(method === 'POST' && given.length > 0 && { requestBody: bodyOf(given, isRequired) }),
  };
}

const keyDescription =
  'The id of what is made. The same call with the same id has one effect. Where it is left out, an id is made here.';

type Properties = readonly (readonly [string, unknown])[];

function bodyOf(given: Properties, isRequired: (name: string) => boolean): Json {
  const required = given.map(([name]) => name).filter(isRequired);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(given),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
  return { required: required.length > 0, content: { 'application/json': { schema } } };
}

/** A query has no null: what may be one is left out. */
function withoutNull(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null || !('anyOf' in schema)) return schema;
  const variants: readonly JsonSchema[] = Array.isArray(schema.anyOf) ? schema.anyOf : [];
  const kept = variants.filter(({ type }) => type !== 'null');
  return kept.length === 1 ? kept[0] : { ...schema, anyOf: kept };
}

function responsesOf(route: Route, schema: JsonSchema): Json {
  const { makes } = route;
  const success = makes === null ? '200' : '201';
  return {
    [success]: {
      description: 'Done.',
      ...(makes !== null && { headers: { Location: { schema: { type: 'string' } } } }),
      content: { 'application/json': { schema } },
    },
    ...problemsOf([...faultStatuses, ...refusalStatusesOf(route)]),
  };
}

function problemsOf(statuses: readonly string[]): Json {
  const problems = new Set(statuses);
  problems.delete(methodNotAllowed);
  return Object.fromEntries([...problems].toSorted().map((status) => [status, problemReference]));
}

/**
 * Each by its own status: beside a `default`, which may be any status, a generated client could not tell an answer
 * from a problem.
 */
const faultStatuses = Object.values(faultKinds).map(({ httpStatus }) => String(httpStatus));

/** A place is asked in one way by what the document makes of it. */
const methodNotAllowed = '405';

function refusalStatusesOf({ method, makes }: Route): readonly string[] {
  if (method === 'GET') return [];
  return makes === null ? ['409'] : ['409', '422'];
}

const problemReference = { $ref: '#/components/responses/Problem' };

const problemResponse = {
  description: 'Refused, or not done. `error` says why.',
  headers: {
    'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } },
  },
  content: { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } },
};
