import type { AnyRouter, ProcedureType } from '@trpc/server';

/** A procedure that the JSON lane answers for. */
export interface LaneProcedure {
  readonly path: string;
  readonly type: 'query' | 'mutation';
}

/** A router has its whole tree flat, by path, but for what is loaded when it is first asked for. */
type Procedures = Readonly<Record<string, { readonly _def: { readonly type: ProcedureType } }>>;

/**
 * Queries and mutations by path.
 *
 * @example proceduresOf(appRouter).get('health.live') // { path: 'health.live', type: 'query' }
 */
export function proceduresOf(router: AnyRouter): ReadonlyMap<string, LaneProcedure> {
  const procedures: Procedures = router._def.procedures;
  const found = new Map<string, LaneProcedure>();
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
  const procedures: Procedures = router._def.procedures;
  return Object.hasOwn(procedures, path) ? (procedures[path]?._def.type ?? null) : null;
}
