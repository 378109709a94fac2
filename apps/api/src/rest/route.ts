import type { AnyRouter } from '@trpc/server';
import { z } from 'zod';
import { type PlainProcedure, proceduresOf, schemasAt } from '../fast-path/procedures.ts';
import { guideRoutes, restRoutes, type RestRoute } from './routes.ts';
import { asItIs, asTheGuide, type Spell } from './words.ts';

export type RestMethod = 'GET' | 'POST';

/** What a text in a URL is read as. */
export type FieldType = 'number' | 'boolean' | 'text';

/** A field that comes in a body or in a query, under its name on the wire. */
interface Field {
  readonly name: string;
  readonly type: FieldType;
}

/** A route, with what it takes. */
export interface Route {
  readonly procedure: PlainProcedure;
  readonly method: RestMethod;
  /** `/api/events/{eventId}` */
  readonly path: string;
  /** The fields that the path gives, in its order. */
  readonly pathFields: readonly string[];
  /** What body or query give, by its name on the wire. */
  readonly fields: ReadonlyMap<string, Field>;
  /** See RestRoute. */
  readonly makes: string | null;
  readonly location: string | null;
  readonly spell: Spell;
  readonly summary: string;
}

/**
 * The routes of all procedures that this router has.
 *
 * @example routesOf(appRouter).find(({ procedure }) => procedure.path === 'event.get')?.path
 */
export function routesOf(router: AnyRouter): readonly Route[] {
  const known = routesByRouter.get(router);
  if (known !== undefined) return known;
  const rows = [...Object.entries(guideRoutes), ...Object.entries(restRoutes)];
  const routes = rows.flatMap(([path, row]) => {
    const procedure = proceduresOf(router).get(path);
    return 'without' in row || procedure === undefined ? [] : routeOf(router, procedure, row);
  });
  routesByRouter.set(router, routes);
  return routes;
}

/** Reading schemas takes milliseconds, and a router's never change. */
const routesByRouter = new WeakMap<AnyRouter, readonly Route[]>();

function routeOf(router: AnyRouter, procedure: PlainProcedure, row: RestRoute): readonly Route[] {
  const schemas = schemasAt(router, procedure.path);
  if (schemas === null) return [];
  const { makes = null, location = null, summary, words } = row;
  const { method, path } = splitRoute(row.route);
  const pathFields = [...path.matchAll(/\{(\w+)\}/g)].map(([, field = '']) => field);
  const spell = words === 'guide' ? asTheGuide : asItIs;
  const given = new Set([...pathFields, ...(makes === null ? [] : [makes])]);
  const fields = new Map<string, Field>();
  for (const [name, type] of fieldTypesOf(schemas.input)) {
    if (!given.has(name)) fields.set(spell(name), { name, type });
  }
  return [{ procedure, method, path, pathFields, fields, makes, location, spell, summary }];
}

function splitRoute(route: RestRoute['route']): {
  readonly method: RestMethod;
  readonly path: string;
} {
  const method = route.startsWith('GET') ? 'GET' : 'POST';
  return { method, path: route.slice(method.length + 1) };
}

/** Of each field of an input, what a text in a URL is read as. */
function fieldTypesOf(input: z.ZodType): readonly (readonly [string, FieldType])[] {
  const { properties = {} } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => [name, fieldTypeOf(property)]);
}

function fieldTypeOf(property: z.core.JSONSchema._JSONSchema): FieldType {
  const type = typeof property === 'object' ? property.type : undefined;
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'boolean' ? 'boolean' : 'text';
}
