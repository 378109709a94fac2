import { createRequire } from 'node:module';
import { initTRPC, lazy } from '@trpc/server';
import { expect, test } from 'vitest';
import { configOf, proceduresOf, trpcVersionRead } from '../src/lane/inside-trpc.ts';
import { appRouter } from '../src/root.ts';

const { version }: { version: string } = createRequire(import.meta.url)(
  '@trpc/server/package.json',
);

const t = initTRPC.create({ errorFormatter: () => ({ code: -32603, message: 'told', data: {} }) });

const router = t.router({
  a: t.router({ query: t.procedure.query(({ path }) => `said at ${path}`) }),
  mutation: t.procedure.mutation(() => 'done'),
  subscription: t.procedure.subscription(async function* () {}),
  later: lazy(async () => t.router({ query: t.procedure.query(() => 'late') })),
});

test('the version of tRPC whose inside was read is the one that is installed', () => {
  expect(version).toBe(trpcVersionRead);
});

test('procedures lie flat by path, with their type; what streams or comes later is left out', () => {
  const procedures = proceduresOf(router);
  expect([...procedures].map(([path, { type }]) => [path, type])).toEqual([
    ['a.query', 'query'],
    ['mutation', 'mutation'],
  ]);
  expect(procedures.get('__proto__')).toBeUndefined();
});

test('a procedure is called with its path, its type, a context and where its input comes from', async () => {
  const call = {
    path: 'a.query',
    type: 'query',
    ctx: {},
    getRawInput: async () => undefined,
    signal: undefined,
    batchIndex: 0,
  } as const;
  expect(await proceduresOf(router).get('a.query')?.call(call)).toBe('said at a.query');
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
