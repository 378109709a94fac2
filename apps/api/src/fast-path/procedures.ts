import type { AnyRouter, ProcedureType, TRPCDefaultErrorShape, TRPCRootConfig } from '@trpc/server';
import type { ProcedureSchemas } from '../trpc.ts';

/** A procedure that the fast path answers for. */
export interface PlainProcedure {
  readonly path: string;
  readonly type: 'query' | 'mutation';
}

/** What a router was made with: among it, its error formatter. */
type RouterConfig = TRPCRootConfig<{
  ctx: object;
  meta: object;
  errorShape: TRPCDefaultErrorShape;
  transformer: boolean;
}>;

/** What of a router is read here. tRPC types it as anything. */
interface Definition {
  readonly _config: RouterConfig;
  /** The whole tree, flat by path, but for what is loaded when it is first asked for. */
  readonly procedures: Readonly<Record<string, { readonly _def: DefinedProcedure }>>;
}

interface DefinedProcedure {
  readonly type: ProcedureType;
  /** Not there where tRPC's own builder made it: of what answers with a stream. */
  readonly meta?: ProcedureSchemas;
}

/** @example getTRPCErrorShape({ config: configOf(appRouter), error, … }) */
export function configOf({ _def: definition }: AnyRouter): RouterConfig {
  return definitionFrom(definition)._config;
}

const definitionFrom = (definition: Definition) => definition;

/**
 * Queries and mutations by path.
 *
 * @example proceduresOf(appRouter).get('health.live') // { path: 'health.live', type: 'query' }
 */
export function proceduresOf(router: AnyRouter): ReadonlyMap<string, PlainProcedure> {
  const { procedures } = definitionFrom(router._def);
  const found = new Map<string, PlainProcedure>();
  for (const [path, { _def: definition }] of Object.entries(procedures)) {
    const { type } = definition;
    if (type !== 'subscription') found.set(path, { path, type });
  }
  return found;
}

/**
 * The type of the procedure at a path; `null`: there is none.
 *
 * @example procedureTypeAt(appRouter, 'event.watch') // 'subscription'
 */
export function procedureTypeAt(router: AnyRouter, path: string): ProcedureType | null {
  const { procedures } = definitionFrom(router._def);
  return Object.hasOwn(procedures, path) ? (procedures[path]?._def.type ?? null) : null;
}

/**
 * What the procedure at a path takes and answers; `null`: there is none, or it answers with a stream.
 *
 * @example schemasAt(appRouter, 'health.live')?.output
 */
export function schemasAt(router: AnyRouter, path: string): ProcedureSchemas | null {
  const { procedures } = definitionFrom(router._def);
  return Object.hasOwn(procedures, path) ? (procedures[path]?._def.meta ?? null) : null;
}
