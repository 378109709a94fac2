import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { newId } from '@holdfast/client';
import { tokenMint } from '@holdfast/command';
import { freshDatabase } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEvent } from '../src/load/target.ts';
import { withDatabase } from '../src/servers/database.ts';
import type { Stack } from '../src/stack/stack.ts';
import { runShell } from './command.ts';
import { repositoryRoot } from './guide-rows.ts';
import { documents, snippetAt, snippetsOf } from './snippets.ts';
import { startGivenStack } from './stack-for-test.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startGivenStack();
});
afterAll(() => stack[Symbol.asyncDispose]());

const tokenOf = (role: 'user' | 'organizer') =>
  tokenMint(stack.tokens)({ userId: newId(), role, expiresInSeconds: 600 });

/** What a snippet takes for granted: an api, a user's token and an event on sale. */
async function callerWords(): Promise<string> {
  const eventId = await openEvent(stack, { seatCount: 100 });
  const words = { url: stack.url, token: tokenOf('user'), eventId };
  return Object.entries(words)
    .map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`)
    .join('\n');
}

/**
 * Runs a program as a file of a folder, and gives what it printed. One that never ends by itself is
 * stopped as soon as it has printed `until`.
 */
async function run(folder: string, program: string, until?: RegExp): Promise<string> {
  const args = ['--input-type=module-typescript', '--eval', program];
  const child = spawn(process.execPath, args, {
    cwd: join(repositoryRoot, folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (until?.test(stdout) === true) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const wasStopped = until !== undefined && child.signalCode === 'SIGKILL';
  expect({ exitCode: wasStopped ? 0 : child.exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: '',
  });
  return stdout;
}

test('README.md: a seat is held and confirmed from TypeScript, and the event watched', async () => {
  const program = `${await callerWords()}\n${snippetAt('README.md', 'ts')}`;
  expect(await run('packages/client', program, /^\d+\n/)).toBe('98\n');
});

test("packages/client/README.md: so it is by the package's own words", async () => {
  const own = snippetAt('packages/client/README.md', 'ts');
  const program = own.replace("url: 'https://booking.example.org'", 'url');
  expect(program).not.toBe(own);
  expect(await run('packages/client', `${await callerWords()}\n${program}`, /^\d+\n/)).toBe('98\n');
});

test('packages/engine/README.md: seats are booked in a process of its own', async () => {
  const program = snippetAt('packages/engine/README.md', 'ts').replace(
    "'postgres://localhost/holdfast'",
    JSON.stringify(stack.databaseUrl),
  );
  const shown = `${await callerWords()}\n${program}\nconsole.log(outcome.status);`;
  expect(await run('packages/engine', shown)).toBe('accepted\n');
});

test('packages/data/README.md: the tables are made', async () => {
  const url = await freshDatabase();
  const program = snippetAt('packages/data/README.md', 'ts').replace(
    "'postgres://localhost/holdfast'",
    JSON.stringify(url),
  );
  expect(await run('packages/data', program)).toBe('');
  await withDatabase({ url }, async ({ pool }) => {
    expect((await pool.query('select * from events')).rows).toEqual([]);
  });
});

/** A program that sells, on tables that `setUp` has made in a database of its own. */
async function sell(
  setUp: (program: readonly string[], databaseUrl: string) => readonly string[],
  ...program: readonly string[]
): Promise<string> {
  const databaseUrl = await freshDatabase();
  return run('packages/sales', setUp(program, databaseUrl).join('\n'));
}

const addProduct = `await pool.query('insert into shop.products (id, stock_quantity) values (7, 10)');`;

test('packages/sales/README.md: from tables of a team to a guarded sale', async () => {
  const readme = 'packages/sales/README.md';
  const [makeTables, addGuards] = [1, 2].map((place) => snippetAt(readme, 'sql', place));
  const [nameTables, sellOne] = [1, 2].map((place) => snippetAt(readme, 'ts', place));
  const prepared = [
    `await pool.query(${JSON.stringify(makeTables)});`,
    `await pool.query(${JSON.stringify(addGuards)});`,
    addProduct,
    'console.log(sqlFor(tables).trim());',
  ].join('\n');
  const setUp = (program: readonly string[], databaseUrl: string) => [
    `process.env.DATABASE_URL = ${JSON.stringify(databaseUrl)};`,
    ...program,
    'await stock.close();\nawait pool.end();',
  ];
  const sale = sellOne?.replace(/^const stock = /m, `${prepared}\n$&`) ?? '';
  const printed = await sell(setUp, nameTables ?? '', sale);
  const uuid = /^[0-9a-f-]{36}\n$/;
  const statements = (addGuards ?? '').trim();
  expect(printed.startsWith(`${statements}\n`)).toBe(true);
  expect(printed.slice(statements.length + 1)).toMatch(uuid);
});

test('README.md: a product is sold from tables of a team', async () => {
  const setUp = (program: readonly string[], databaseUrl: string) => [
    `import { sqlFor } from '@holdfast/sales';\nimport { Pool } from 'pg';`,
    `const pool = new Pool({ connectionString: ${JSON.stringify(databaseUrl)} });`,
    `await pool.query(${JSON.stringify(snippetAt('packages/sales/README.md', 'sql'))});`,
    ...program.map((text) => text.replace(/await openSales\(([^]*?)\);\n/, openChecked)),
    'console.log(order.status);\nawait stock.close();\nawait pool.end();',
  ];
  // What the tables lack is made first, as the package's README says.
  const openChecked = (_: string, tables: string) =>
    `await (async (tables) => {
      await pool.query(sqlFor(tables));
      ${addProduct}
      return openSales(tables);
    })(${tables});\n`;
  expect(await sell(setUp, snippetAt('README.md', 'ts', 2))).toBe('confirmed\n');
});

/** Programs that need nothing but a few words before them, and a look at what they gave after. */
const alone = [
  ['auth', "const secret = 'x'.repeat(32); const request = { headers: {} };", 'user === null'],
  ['domain', '', 'true'],
  ['process', '', "registry.contentType.startsWith('text/plain')"],
  ['server-urls', '', 'true'],
] as const;
test.each(alone)('packages/%s/README.md: its program runs', async (name, before, holds) => {
  const program = snippetAt(`packages/${name}/README.md`, 'ts');
  const shown = `${before}\n${program}\nconsole.log(${holds});`;
  expect(await run(`packages/${name}`, shown)).toBe('true\n');
});

test('docs/api.md: a seat is booked by plain HTTP', async () => {
  const program = snippetsOf('docs/api.md').find(({ code }) => code.includes('/api/bookings'));
  const eventId = await openEvent(stack, { seatCount: 1 });
  const env = { URL: stack.url, TOKEN: tokenOf('user'), ID: eventId };
  // Twice: the second line says the same call again.
  const [makeKey = '', ...call] = program?.code.split('\n') ?? [];
  const oneCall = call.join('\n');
  const { exitCode, stdout } = await runShell(`set -e\n${makeKey}\n${oneCall}\n${oneCall}`, env);
  expect({ exitCode, created: stdout.match(/HTTP\/1.1 201 /g)?.length }).toEqual({
    exitCode: 0,
    created: 2,
  });
  expect(new Set(stdout.match(/"booking_id":"[^"]+"/g)).size).toBe(1);
});

test('docs/api.md: an event is made and put on sale from a shell', async () => {
  const program = snippetsOf('docs/api.md').find(({ code }) => code.includes('event.create'));
  const env = { URL: stack.url, TOKEN: tokenOf('organizer') };
  const { exitCode, stdout } = await runShell(`set -e\n${program?.code ?? 'exit 1'}`, env);
  expect({ exitCode, accepted: stdout.match(/"status":"accepted"/g)?.length }).toEqual({
    exitCode: 0,
    accepted: 2,
  });
});

test('no document has a program that nobody runs', () => {
  const programs = documents().flatMap((document) =>
    snippetsOf(document).filter(({ language }) => language === 'ts' || language === 'sql'),
  );
  expect(
    programs.map(({ document, language, place }) => `${document} ${language} ${place}`),
  ).toEqual([
    'README.md ts 1',
    'README.md ts 2',
    'packages/auth/README.md ts 1',
    'packages/client/README.md ts 1',
    'packages/data/README.md ts 1',
    'packages/domain/README.md ts 1',
    // By packages/domain/test/adaptations.int.test.ts.
    'packages/domain/README.md ts 2',
    'packages/engine/README.md ts 1',
    'packages/process/README.md ts 1',
    'packages/sales/README.md sql 1',
    'packages/sales/README.md ts 1',
    'packages/sales/README.md sql 2',
    'packages/sales/README.md ts 2',
    'packages/server-urls/README.md ts 1',
  ]);
});
