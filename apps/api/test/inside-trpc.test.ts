import { createRequire } from 'node:module';
import { type AnyProcedure, type AnyRouter, initTRPC, lazy, TRPCError } from '@trpc/server';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { configOf, proceduresOf, trpcVersionRead } from '../src/lane/inside-trpc.ts';
import { appRouter } from '../src/root.ts';

const { version }: { version: string } = createRequire(import.meta.url)(
  '@trpc/server/package.json',
);

const t = initTRPC.context<{ name: string }>().create({
  errorFormatter: () => ({ code: -32603, message: 'told', data: {} }),
});

const { procedure } = t;

const says = procedure
  .meta({ a: 1 })
  .use(({ path, type, meta, next }) => next({ ctx: { seen: [path, type, meta] } }))
  .query(({ ctx, input, batchIndex }) => [ctx, input, batchIndex]);

const soon = z.string().refine(async (text) => text !== 'no');

const echo = procedure.input(z.unknown());

const refusing = t.middleware(() => {
  throw new TRPCError({ code: 'FORBIDDEN', message: 'Not you' });
});

const remaking = t.middleware(async ({ next }) => {
  const result = await next();
  return result.ok ? { ...result, data: ['remade', result.data] } : result;
});

const router = t.router({
  a: t.router({ says }),
  echo: echo.mutation(({ input }) => input),
  throws: procedure.mutation(() => {
    throw new RangeError('inside');
  }),
  refused: procedure.use(refusing).mutation(() => 'never'),
  remade: procedure
    .use(remaking)
    .output(z.string())
    .mutation(() => 'x'),
  named: procedure
    .use(({ ctx, next }) => next({ ctx: { greeting: `Hello ${ctx.name}` } }))
    .mutation(({ ctx }) => ctx),
  untouched: procedure.use(({ next }) => next()).mutation(({ ctx }) => ctx),
  rewritten: procedure
    .use(({ next }) => next({ getRawInput: async () => 'another' }))
    .input(z.string())
    .mutation(({ input }) => input),
  coerced: procedure
    .input(z.object({ a: z.coerce.number().default(7) }))
    .mutation(({ input }) => input),
  merged: procedure
    .input(z.object({ a: z.number() }))
    .use(({ input, next }) => next({ ctx: { input } }))
    .input(z.object({ b: z.number() }))
    .mutation(({ input, ctx }) => [input, ctx]),
  soon: procedure
    .input(soon)
    .output(soon)
    .mutation(({ input }) => input),
  ownParser: procedure.input((value) => [value]).mutation(({ input }) => input),
  ownOutput: procedure.output((value) => [value] as const).mutation(() => [1] as never),
  output: echo
    .output(z.string().transform((text) => text.length))
    .mutation(({ input }) => input as string),
  subscription: procedure.subscription(async function* () {}),
  later: lazy(async () => t.router({ says })),
});

const callWith = (input: unknown) => ({
  ctx: { name: 'Ada' },
  getRawInput: async () => input,
  signal: new AbortController().signal,
  batchIndex: 3,
});

test('the version of tRPC whose inside was read is the one that is installed', () => {
  expect(version).toBe(trpcVersionRead);
});

test('procedures lie flat by path, with their type; what streams or comes later is left out', () => {
  const procedures = proceduresOf(router);
  const types = [...procedures].map(([path, { type }]) => [path, type]);
  expect(types.slice(0, 2)).toEqual([
    ['a.says', 'query'],
    ['echo', 'mutation'],
  ]);
  for (const path of ['subscription', 'later.says', '__proto__', 'toString']) {
    expect(procedures.get(path)).toBeUndefined();
  }
});

test('a router has its error formatter and its transformer', () => {
  const { errorFormatter, transformer } = configOf(router);
  expect(errorFormatter({} as never)).toMatchObject({ message: 'told' });
  expect(transformer.input.deserialize(1)).toBe(1);
});

test('every procedure of the api but event.watch is one that the lane answers for', () => {
  const paths = Object.keys(appRouter._def.procedures);
  expect(paths.filter((path) => !proceduresOf(appRouter).has(path))).toEqual(['event.watch']);
});

function officialAt({ _def }: AnyRouter, path: string): AnyProcedure | undefined {
  const procedures: Readonly<Record<string, AnyProcedure>> = _def.procedures;
  return procedures[path];
}

/** Data, or what stands in the error. */
async function settled(call: Promise<unknown>) {
  const [result] = await Promise.allSettled([call]);
  if (result.status === 'fulfilled') return { data: result.value };
  const { code, message, cause } = result.reason as TRPCError;
  return { isTRPCError: result.reason instanceof TRPCError, code, message, cause };
}

describe('a procedure does what it does when tRPC calls it', () => {
  const paths = [...proceduresOf(router).keys()];
  const inputs = [undefined, null, 'x', 'no', 5, { a: '1' }, { a: 1, b: 2 }, { a: 1 }, []];
  const cases = paths.flatMap((path) => inputs.map((input) => [path, input] as const));

  test.each(cases)('%s of %j', async (path, input) => {
    const lane = proceduresOf(router).get(path);
    const official = officialAt(router, path);
    if (lane === undefined || official === undefined) throw new Error('There is no such.');
    const { type } = lane;
    const expected = await settled(official({ ...callWith(input), path, type }));
    const result = await lane.call(callWith(input));
    const call = result.ok ? Promise.resolve(result.data) : Promise.reject(result.error);
    expect(await settled(call)).toEqual(expected);
  });
});
