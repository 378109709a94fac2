import type {
  AnyProcedure,
  AnyRouter,
  ProcedureType,
  TRPCDefaultErrorShape,
  TRPCRootConfig,
} from '@trpc/server';

/**
 * All that the JSON lane takes from inside tRPC rather than from what it exports. It was read in this
 * version; `test/inside-trpc.test.ts` fails when another one is installed, or when this is not so.
 */
export const trpcVersionRead = '11.22.1';

interface Procedure {
  (call: ProcedureCall): Promise<unknown>;
  readonly _def: { readonly type: ProcedureType };
}

interface ProcedureCall {
  readonly path: string;
  readonly type: ProcedureType;
  readonly ctx: object | undefined;
  readonly getRawInput: () => Promise<unknown>;
  readonly signal: AbortSignal | undefined;
  readonly batchIndex: number;
}

/** A procedure that the lane answers for. Called as tRPC's own `resolveResponse` calls it. */
export interface LaneProcedure {
  readonly path: string;
  readonly type: 'query' | 'mutation';
  readonly call: Procedure;
}

/** What a router was made with: among it, its error formatter and its transformer. */
export type RouterConfig = TRPCRootConfig<{
  ctx: object;
  meta: object;
  errorShape: TRPCDefaultErrorShape;
  transformer: boolean;
}>;

interface Inside {
  /** Here the whole tree lies flat, by path. */
  readonly procedures: Readonly<Record<string, Procedure>>;
  readonly _config: RouterConfig;
}

/**
 * Queries and mutations by path. Subscriptions are left out, and so are routers that load when they are
 * first asked for.
 *
 * @example proceduresOf(appRouter).get('booking.book')?.type // 'mutation'
 */
export function proceduresOf(router: AnyRouter): ReadonlyMap<string, LaneProcedure> {
  const { procedures }: Inside = router._def;
  return new Map(
    Object.entries(procedures).flatMap(([path, call]) => {
      const { type } = call._def;
      return type === 'subscription' ? [] : [[path, { path, type, call }] as const];
    }),
  );
}

/** @example configOf(appRouter).transformer.input.deserialize(input) */
export function configOf(router: AnyRouter): RouterConfig {
  const { _config: config }: Inside = router._def;
  return config;
}
