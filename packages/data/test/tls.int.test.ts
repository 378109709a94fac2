import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Database,
  DatabaseUnavailable,
  findEvent,
  listenToFeed,
  migrate,
  openDatabase,
} from '@holdfast/data';
import {
  makeAuthority,
  type OwnServer,
  requireTlsOfPostgres,
  startOwnPostgres,
  type TlsFiles,
  writeAuthorities,
} from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventOnSale } from './fixture.ts';

const right = await makeAuthority('the right authority');
const wrong = await makeAuthority('another authority');
let postgres: OwnServer;
let files: TlsFiles;

beforeAll(async () => {
  postgres = await startOwnPostgres();
  files = await writeAuthorities(postgres.directory, { right, wrong });
  // For a name, and not for 127.0.0.1.
  await requireTlsOfPostgres(postgres, right, 'localhost');
});
afterAll(() => postgres[Symbol.asyncDispose]());

/** Its URL by this host and with these parameters. */
function urlBy(host: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(postgres.url);
  url.hostname = host;
  url.search = new URLSearchParams(parameters).toString();
  return url.href;
}

/** What becomes of a first question on each kind of connection. */
async function askAll(url: string): Promise<readonly string[]> {
  const database = await openDatabase({ url });
  try {
    const answers = await Promise.allSettled([
      database.pool.query('select 1'),
      database.commitPool.query('select 1'),
      database.ping(),
      listening(database),
    ]);
    return answers.map((answer) =>
      answer.status === 'fulfilled' ? 'answered' : why(answer.reason),
    );
  } finally {
    await database.close();
  }
}

async function listening(database: Database): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const feed = listenToFeed(database, { onChanges: () => {}, onGap: resolve, onError: reject });
  try {
    await promise;
  } finally {
    await feed.close();
  }
}

function why(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : why(error.cause);
}

const everybody = (answer: unknown) => [answer, answer, answer, answer];

describe('a PostgreSQL that takes TLS alone', () => {
  test.each([
    ['verify-full', 'localhost', 'rightCa'],
    ['verify-ca', '127.0.0.1', 'rightCa'],
    ['require', '127.0.0.1', 'rightCa'],
    ['require', '127.0.0.1', null],
  ] as const)('is reached by sslmode=%s at %s with %s', async (sslmode, host, ca) => {
    const url = urlBy(host, { sslmode, ...(ca && { sslrootcert: files[ca] }) });
    expect(await askAll(url)).toEqual(everybody('answered'));
  });

  test('is reached with TLS from the first byte on', async () => {
    const parameters = { sslmode: 'verify-full', sslrootcert: files.rightCa };
    const url = urlBy('localhost', { ...parameters, sslnegotiation: 'direct' });
    expect(await askAll(url)).toEqual(everybody('answered'));
  });

  test('turns every connection in plain text away, which is what the others prove', async () => {
    const refusal = expect.stringContaining('no pg_hba.conf entry');
    expect(await askAll(urlBy('localhost', { sslmode: 'disable' }))).toEqual(everybody(refusal));
    expect(await askAll(urlBy('localhost', {}))).toEqual(everybody(refusal));
  });

  test.each(['verify-full', 'verify-ca', 'require'])(
    'is refused under sslmode=%s by who trusts another authority',
    async (sslmode) => {
      const url = urlBy('localhost', { sslmode, sslrootcert: files.wrongCa });
      expect(await askAll(url)).toEqual(everybody(expect.stringMatching(/certificate/)));
    },
  );

  test('is refused under sslmode=verify-full where its certificate names another host', async () => {
    const url = urlBy('127.0.0.1', { sslmode: 'verify-full', sslrootcert: files.rightCa });
    expect(await askAll(url)).toEqual(
      everybody(expect.stringContaining('IP: 127.0.0.1 is not in')),
    );
  });

  test('has every connection of a migration, a commit and a read encrypted', async () => {
    const parameters = { sslmode: 'verify-full', sslrootcert: files.rightCa };
    const url = urlBy('localhost', parameters);
    const database = await openDatabase({ url, applicationName: 'tls-test' });
    await migrate(database);
    await eventOnSale(database);
    await listening(database);
    const { rows } = await database.pool.query<{ ssl: boolean }>(
      `select s.ssl from pg_stat_ssl s join pg_stat_activity a using (pid)
       where a.application_name like 'tls-test%'`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(2);
    expect(rows.every(({ ssl }) => ssl)).toBe(true);
    await database.close();
    const log = await readFile(join(postgres.directory, 'server.log'), 'utf8');
    const taken = log.split('\n').filter((line) => line.includes('application_name=tls-test'));
    expect(taken.some((line) => line.includes('tls-test-feed'))).toBe(true);
    expect(taken.filter((line) => !line.includes('SSL enabled'))).toEqual([]);
  });
});

test('a server that is not trusted, or is asked without a password, counts as away', async () => {
  const named = { sslmode: 'verify-full', sslrootcert: files.wrongCa };
  const trusted = new URL(urlBy('localhost', { ...named, sslrootcert: files.rightCa }));
  trusted.password = '';
  for (const url of [urlBy('localhost', named), urlBy('127.0.0.1', named), trusted.href]) {
    const database = await openDatabase({ url });
    await expect(database.ping()).rejects.toBeInstanceOf(DatabaseUnavailable);
    const read = findEvent(database, '01997f00-0000-7000-8000-00000000000b');
    await expect(read).rejects.toBeInstanceOf(DatabaseUnavailable);
    await database.close();
  }
});

test('a URL that is not understood opens nothing', async () => {
  const url = urlBy('localhost', { sslmode: 'verify-fll' });
  await expect(openDatabase({ url })).rejects.toThrow('sslmode, whose value is not known');
});
