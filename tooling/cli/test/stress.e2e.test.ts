import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duration, sum } from '@holdfast/command';
import { findChromium } from '@holdfast/testing/chromium';
import { noFaults, openOffline } from '@holdfast/testing/offline-page';
import { readReport } from '@holdfast/testing/report-tables';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Stack } from '../src/stack/stack.ts';
import { givenServices, runCommand } from './command.ts';
import { envOf, startGivenStack, tamper } from './stack-for-test.ts';

const browserPath = findChromium();

let stack: Stack;
beforeAll(async () => {
  stack = await startGivenStack();
});
afterAll(() => stack[Symbol.asyncDispose]());

const stress = (...args: string[]) =>
  runCommand(['stress', '--url', stack.url, '--json', ...args], envOf(stack));

test('a thousand users for 200 seats: 200 sold, 800 refused, and it passes', async () => {
  const { exitCode, stdout, stderr } = await stress('--users', '1000', '--seats', '200');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(stdout)).toMatchObject({
    mode: 'closed_loop',
    users: 1_000,
    seats: 200,
    confirmed: 200,
    refused: 800,
    errors: 0,
    unknown: 0,
    drift: null,
    refusedWithoutDatabase: null,
    verdict: 'pass',
  });
});

describe('--report', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-stress-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('writes a page with the figures of --json, their charts, and the audit', async () => {
    const file = join(folder, 'stress.html');
    const { exitCode, stdout, stderr } = await stress(
      '--users',
      '300',
      '--seats',
      '100',
      '--report',
      file,
    );
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stderr).toContain(`Written: ${file}`);
    const report = JSON.parse(stdout);
    const page = await readFile(file, 'utf8');
    const { json, rows } = readReport(page);
    expect(json).toEqual(report);
    const figures = new Map(rows('Answers').map(([name, value]) => [name, value]));
    expect(Object.fromEntries(figures)).toMatchObject({
      users: '300',
      confirmed: '100',
      refused: '200',
      'latency p99': duration(report.latencyMs.p99),
    });
    // In the slices and in the buckets is everybody, once.
    expect(sumsOf(rows('Bookings and refusals over time'))).toEqual({ booked: 100, sold_out: 200 });
    expect(sumsOf(rows('How long they waited'))).toEqual({ answers: 300 });
    const promises = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10', 'H1', 'H2'];
    expect(
      rows('Audit')
        .slice(1)
        .map(([id, , broken]) => [id, broken]),
    ).toEqual(promises.map((id) => [`✓\u00a0${id}`, '0']));
    expect(rows('Settings')).toEqual(
      expect.arrayContaining([
        ['users', '300'],
        ['seats', '100'],
        ['api', expect.stringContaining(stack.url)],
      ]),
    );
    expect(page).toContain('100 sold, 200 refused, 0 oversold');
  });

  test.skipIf(browserPath === null)('opens without a network, readable by everybody', async () => {
    await using browser = await openOffline(browserPath ?? '');
    expect(await browser.faultsOf(join(folder, 'stress.html'))).toEqual(noFaults);
  });

  test('that cannot be written is refused before anything begins', async () => {
    const { exitCode, stdout, stderr } = await stress(
      '--report',
      join(folder, 'missing/stress.html'),
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^error: --report: .*Make it first: mkdir -p/);
  });
});

test('a hundred users for a thousand seats: everybody gets one, and it passes', async () => {
  const { exitCode, stdout, stderr } = await stress('--users', '100', '--seats', '1000');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(stdout)).toMatchObject({
    users: 100,
    confirmed: 100,
    refused: 0,
    verdict: 'pass',
  });
});

test('users who arrive on a schedule are served the same', async () => {
  const { exitCode, stdout, stderr } = await stress(
    '--rate',
    '100',
    '--duration',
    '1',
    '--seats',
    '60',
  );
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(stdout)).toMatchObject({
    mode: 'open_loop',
    users: 100,
    confirmed: 60,
    refused: 40,
    verdict: 'pass',
  });
});

test('over two api processes: Redis agrees with PostgreSQL, and spares it those who come too late', async () => {
  const args = ['stress', '--users', '400', '--seats', '50', '--processes', '2', '--json'];
  const { exitCode, stdout, stderr } = await runCommand(args, givenServices());
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    users: 400,
    confirmed: 50,
    refused: 350,
    errors: 0,
    violations: 0,
    drift: 0,
    verdict: 'pass',
  });
  expect(report.refusedWithoutDatabase).toBeGreaterThanOrEqual(0.95);
  expect(stderr).toContain('2 api processes listen');
});

test('an api whose database is another one cannot be judged, and is told so', async () => {
  const other = new URL(stack.databaseUrl);
  other.pathname = '/postgres';
  const env = { ...envOf(stack), DATABASE_URL: other.href };
  const { exitCode, stderr } = await runCommand(
    ['stress', '--url', stack.url, '--users', '5'],
    env,
  );
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/has no tables of Holdfast|not in this database/);
});

/** The negative controls: a verdict that cannot fail proves nothing. */
describe('a database that breaks its promises fails the verdict, with exit code 1:', () => {
  test('it forgets bookings that it has acknowledged', async () => {
    await tamper(stack, forgetEveryFifth);
    const { exitCode, stdout } = await stress('--users', '50', '--seats', '50', '--allow-errors');
    await tamper(stack, 'drop trigger forget on bookings');
    expect(exitCode).toBe(1);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ confirmed: 50, verdict: 'fail' });
    expect(report.lostAcknowledged).toBeGreaterThan(0);
    expect(report.violations).toBeGreaterThan(0);
  });

  test('it sells seats that do not exist', async () => {
    await tamper(stack, neverSoldOut);
    const { exitCode, stdout } = await stress('--users', '60', '--seats', '20', '--allow-errors');
    await tamper(stack, 'drop trigger never_sold_out on events');
    expect(exitCode).toBe(1);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ lostAcknowledged: 0, verdict: 'fail' });
    expect(report.oversold).toBeGreaterThan(0);
  });

  test('a counter that somebody has changed fails the audit of that event', async () => {
    await tamper(
      stack,
      'update events set available_seats = available_seats + 1 where id = any(select id from events where available_seats < seat_count limit 1)',
    );
    const { exitCode, stdout } = await runCommand(['audit'], envOf(stack));
    expect(exitCode).toBe(1);
    expect(stdout).toContain('I2 is broken by:');
    expect(stdout).toContain('I3 is broken by:');
    expect(stdout).toMatch(/^ {2}\d+ events of postgres:\S+\s+\d+\s+violations\. FAIL$/m);
  });
});

/** What the columns of numbers come to, by their heads. */
function sumsOf([heads = [], ...rows]: readonly (readonly string[])[]) {
  const sums = heads.map((_, at) => sum(rows.map((row) => Number(row[at]?.replaceAll(',', '')))));
  return Object.fromEntries(heads.map((head, at) => [head, sums[at]]).slice(1));
}

const forgetEveryFifth = `
  create or replace function forget() returns trigger language plpgsql as $$
  begin
    if hashtext(new.id::text) % 5 = 0 then delete from bookings where id = new.id; end if;
    return null;
  end $$;
  create constraint trigger forget after insert on bookings
    deferrable initially deferred for each row execute function forget();`;

const neverSoldOut = `
  create or replace function never_sold_out() returns trigger language plpgsql as $$
  begin
    if new.status = 'on_sale' then new.available_seats := new.seat_count; end if;
    return new;
  end $$;
  create trigger never_sold_out before update on events
    for each row execute function never_sold_out();`;
