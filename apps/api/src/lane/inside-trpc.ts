import {
  type AnyRouter,
  getTRPCErrorFromUnknown,
  type ProcedureType,
  type TRPCDefaultErrorShape,
  TRPCError,
  type TRPCRootConfig,
} from '@trpc/server';
import { z } from 'zod';

/**
 * All that the JSON lane takes from inside tRPC rather than from what it exports. It was read in this
 * version; `test/inside-trpc.test.ts` fails when another one is installed, or when this is not so.
 */
export const trpcVersionRead = '11.22.1';

/** A procedure that the lane answers for. */
export interface LaneProcedure {
  readonly path: string;
  readonly type: 'query' | 'mutation';
  /** Never rejects. */
  readonly call: (call: ProcedureCall) => Promise<Result>;
}

/** What tRPC's own adapters call a procedure with, but for its path and type. */
export interface ProcedureCall {
  readonly ctx: object | undefined;
  readonly getRawInput: () => Promise<unknown>;
  readonly signal: AbortSignal;
  readonly batchIndex: number;
}

/** What a router was made with: among it, its error formatter and its transformer. */
export type RouterConfig = TRPCRootConfig<{
  ctx: object;
  meta: object;
  errorShape: TRPCDefaultErrorShape;
  transformer: boolean;
}>;

interface InsideRouter {
  /** Here the whole tree lies flat, by path. */
  readonly procedures: Readonly<Record<string, InsideProcedure>>;
  readonly _config: RouterConfig;
}

interface InsideProcedure {
  readonly _def: {
    readonly type: ProcedureType;
    readonly meta: unknown;
    readonly inputs: readonly unknown[];
    readonly output?: unknown;
    /** Among them, marked, what parses the inputs and the output. The last one is the procedure itself. */
    readonly middlewares: readonly Middleware[];
  };
}

interface Middleware {
  (options: MiddlewareOptions): Promise<Result>;
  readonly _type?: string;
}

/** What became of a call. */
export type Result =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly error: TRPCError };

interface MiddlewareOptions extends State {
  readonly next: (changes?: Partial<State>) => Promise<Result>;
}

/** What one middleware hands to the next. */
interface State extends ProcedureCall {
  readonly path: string;
  readonly type: ProcedureType;
  readonly meta: unknown;
  readonly input: unknown;
}

/** A middleware, or in the place of one the schema that it parses with. */
type Step =
  | { readonly kind: 'input' | 'output'; readonly schema: z.ZodType }
  | { readonly kind: 'middleware'; readonly run: Middleware };

/** @example configOf(appRouter).transformer.input.deserialize(input) */
export function configOf(router: AnyRouter): RouterConfig {
  const { _config: config }: InsideRouter = router._def;
  return config;
}

/**
 * Queries and mutations by path. Subscriptions are left out, and so are routers that load when they are
 * first asked for.
 *
 * @example await proceduresOf(appRouter).get('health.live')?.call(call) // { ok: true, data: { status: 'live' } }
 */
export function proceduresOf(router: AnyRouter): ReadonlyMap<string, LaneProcedure> {
  const inside: InsideRouter = router._def;
  const { procedures } = inside;
  const known = new Map<string, LaneProcedure>();
  for (const path of Object.keys(procedures)) {
    const procedure = procedures[path];
    if (procedure === undefined || procedure._def.type === 'subscription') continue;
    const { type, meta } = procedure._def;
    const steps = stepsOf(procedure);
    const call = (options: ProcedureCall) =>
      run(steps, 0, { ...options, path, type, meta, input: undefined });
    known.set(path, { path, type, call });
  }
  return known;
}

/**
 * The type of the procedure at a path; `null`: there is none.
 *
 * @example procedureTypeAt(appRouter, 'event.watch') // 'subscription'
 */
export function procedureTypeAt(router: AnyRouter, path: string): ProcedureType | null {
  const inside: InsideRouter = router._def;
  const { procedures } = inside;
  return Object.hasOwn(procedures, path) ? (procedures[path]?._def.type ?? null) : null;
}

/** What is not parsed with zod stays the middleware that it is. */
function stepsOf({ _def: { middlewares, inputs, output } }: InsideProcedure): readonly Step[] {
  let inputCount = 0;
  return middlewares.map((middleware): Step => {
    const isInput = middleware._type === 'input';
    const schema = isInput ? inputs[inputCount] : middleware._type === 'output' && output;
    if (isInput) inputCount += 1;
    return schema instanceof z.ZodType
      ? { kind: isInput ? 'input' : 'output', schema }
      : { kind: 'middleware', run: middleware };
  });
}

/**
 * As tRPC's own `callRecursive`, and the middlewares that parse, with two differences in cost. Their
 * spreads were compiled to a helper that defines property by property, three times a middleware; and
 * they parse with promises, which keeps zod from its compiled parsers. Together nearly half the time of
 * an empty call.
 */
async function run(steps: readonly Step[], from: number, state: State): Promise<Result> {
  try {
    let current = state;
    let at = from;
    // Ends: the last step is the procedure.
    for (;;) {
      const step = steps[at];
      at += 1;
      if (step === undefined) throw new Error('A procedure has asked for the next one.');
      if (step.kind === 'middleware') {
        return await step.run({ ...current, next: nextOf(steps, at, current) });
      }
      if (step.kind === 'output') return await parseOutput(step.schema, run(steps, at, current));
      current = { ...current, input: await parseInput(step.schema, current) };
    }
  } catch (cause) {
    return { ok: false, error: getTRPCErrorFromUnknown(cause) };
  }
}

function nextOf(steps: readonly Step[], at: number, state: State): MiddlewareOptions['next'] {
  return (changes) => run(steps, at, changes === undefined ? state : changed(state, changes));
}

function changed(state: State, changes: Partial<State>): State {
  return {
    ...state,
    ctx: changes.ctx === undefined ? state.ctx : { ...state.ctx, ...changes.ctx },
    input: 'input' in changes ? changes.input : state.input,
    getRawInput: changes.getRawInput ?? state.getRawInput,
  };
}

async function parseInput(schema: z.ZodType, { input, getRawInput }: State): Promise<unknown> {
  const raw = await getRawInput();
  try {
    const parsed = await parse(schema, raw);
    return isRecord(input) && isRecord(parsed) ? { ...input, ...parsed } : parsed;
  } catch (cause) {
    throw new TRPCError({ code: 'BAD_REQUEST', cause });
  }
}

async function parseOutput(schema: z.ZodType, answer: Promise<Result>): Promise<Result> {
  const result = await answer;
  if (!result.ok) return result;
  try {
    return { ok: true, data: await parse(schema, result.data) };
  } catch (cause) {
    const message = 'Output validation failed';
    throw new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message, cause });
  }
}

/** At once, unless something in the schema takes its time. */
function parse(schema: z.ZodType, value: unknown): unknown {
  try {
    return schema.parse(value);
  } catch (cause) {
    if (cause instanceof z.core.$ZodAsyncError) return schema.parseAsync(value);
    throw cause;
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
