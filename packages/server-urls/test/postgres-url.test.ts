import { afterEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'pg-connection-string';
import { optionsFromSettings, readPostgresUrl, UrlInvalid } from '@holdfast/server-urls';

afterEach(() => vi.unstubAllEnvs());

const plain = {
  host: 'db',
  port: 5432,
  user: 'ann',
  password: undefined,
  database: 'shop',
  ssl: false,
  sslnegotiation: 'postgres',
  settings: {},
  sendsStartupParameters: true,
};

describe('where the server is', () => {
  test.each([
    ['postgres://ann@db/shop', plain],
    ['postgresql://ann:s%40c%2Fret@db:5433/shop', { ...plain, password: 's@c/ret', port: 5433 }],
    ['postgres://ann@[2001:db8::1]:6432/shop', { ...plain, host: '2001:db8::1', port: 6432 }],
    ['postgres://a%3An%40n@db/a%2Fb%20c', { ...plain, user: 'a:n@n', database: 'a/b c' }],
    ['postgres:///shop?host=/run/postgresql&user=ann', { ...plain, host: '/run/postgresql' }],
    ['postgres://ann@/shop?host=/run/postgresql', { ...plain, host: '/run/postgresql' }],
    ['postgres://ann:p@%2Frun%2Fpg/shop', { ...plain, host: '/run/pg', password: 'p' }],
    ['postgres://ann@db/shop?port=6000&password=x%26y', { ...plain, port: 6000, password: 'x&y' }],
  ])('%s', (url, server) => {
    expect(readPostgresUrl(url)).toEqual(server);
  });

  test.each([
    'postgres://ann@db/shop',
    'postgresql://ann:s%40c%2Fret@db:5433/shop',
    'postgres://ann@[::1]:6432/shop',
    'postgres:///shop?host=/run/postgresql&user=ann',
    'postgres://ann:p@%2Frun%2Fpg/shop',
  ])('an ordinary URL is read as pg would read it: %s', (url) => {
    const { host, user, password, database } = readPostgresUrl(url);
    const theirs = parse(url);
    expect({ host, user, password: password ?? '', database }).toEqual({
      host: theirs.host,
      user: theirs.user,
      password: theirs.password,
      database: theirs.database,
    });
  });
});

describe('how it is encrypted', () => {
  const ssl = (query: string) => readPostgresUrl(`postgres://ann@db.example/shop?${query}`).ssl;

  test('not at all where nobody asks, and where it is said', () => {
    expect(readPostgresUrl('postgres://ann@db/shop').ssl).toBe(false);
    for (const query of ['sslmode=disable', 'ssl=false', 'ssl=0']) expect(ssl(query)).toBe(false);
  });

  test.each(['sslmode=verify-full', 'ssl=true', 'ssl=1', 'sslmode=verify-full&sslrootcert=system'])(
    'with %s the authority and the name are checked',
    (query) => {
      const tls = ssl(query);
      if (tls === false) throw new Error('plain text');
      expect(tls.rejectUnauthorized).toBeUndefined();
      const given = { subject: { CN: 'other' }, subjectaltname: 'DNS:other.example' };
      expect(tls.checkServerIdentity?.('', given as never)).toBeInstanceOf(Error);
      const right = { subject: { CN: 'x' }, subjectaltname: 'DNS:db.example' };
      expect(tls.checkServerIdentity?.('', right as never)).toBeUndefined();
    },
  );

  test('an address is held against the addresses of the certificate, not against localhost', () => {
    const { ssl: tls } = readPostgresUrl('postgres://ann@10.0.0.1/shop?sslmode=verify-full');
    if (tls === false) throw new Error('plain text');
    const local = { subject: { CN: 'x' }, subjectaltname: 'DNS:localhost, IP Address:127.0.0.1' };
    expect(tls.checkServerIdentity?.('localhost', local as never)).toBeInstanceOf(Error);
  });

  test.each(['sslmode=require', 'sslmode=no-verify'])(
    '%s encrypts, and proves nothing',
    (query) => {
      expect(ssl(query)).toEqual({ rejectUnauthorized: false });
    },
  );

  test('what the environment says of libpq counts where the URL says nothing', () => {
    vi.stubEnv('PGSSLMODE', 'require');
    expect(readPostgresUrl('postgres://ann@db/shop').ssl).toEqual({ rejectUnauthorized: false });
    expect(ssl('sslmode=disable')).toBe(false);
    expect(readPostgresUrl('postgres:///shop?host=/run&user=ann').ssl).toBe(false);
    vi.stubEnv('PGSSLMODE', 'reqire');
    expect(() => readPostgresUrl('postgres://ann@db/shop')).toThrow('PGSSLMODE');
  });
});

describe('what sessions are set to', () => {
  const settings = (options: string) =>
    readPostgresUrl(`postgres://ann@db/shop?options=${encodeURIComponent(options)}`).settings;

  test('is read of options, in each of its spellings', () => {
    expect(settings('-c search_path=shop -cjit=off --work-mem=4MB')).toEqual({
      search_path: 'shop',
      jit: 'off',
      work_mem: '4MB',
    });
  });

  test('survives being written again', () => {
    const odd = { search_path: String.raw`a b\c, d`, jit: 'off' };
    expect(settings(optionsFromSettings(odd))).toEqual(odd);
  });

  test('is sent after the start where the URL says so', () => {
    const url = 'postgres://ann@db/shop?startup_parameters=off';
    expect(readPostgresUrl(url).sendsStartupParameters).toBe(false);
  });
});

describe('what is not understood is refused, by name and with the fix', () => {
  test.each([
    ['mysql://ann@db/shop', 'is not a URL that starts with postgres://'],
    ['db.internal', 'is not a URL that starts with postgres://'],
    ['postgres://ann:canary@/shop', 'names a host'],
    ['postgres://db/shop', 'names no user'],
    ['postgres://ann@db', 'names no database'],
    ['postgres://ann@a,b/shop', 'several hosts'],
    ['postgres://ann:can%ary@db/shop', 'Write a percent sign as %25'],
    ['postgres://ann:canary#1@db/shop', 'Write it as %23'],
    ['postgres://ann:canary@db/shop?sslmod=require', 'sslmod, which is not known'],
    ['postgres://ann@db/shop?sslmode=verify_full', 'Say one of disable, require'],
    ['postgres://ann@db/shop?sslmode=prefer', 'sslmode, whose value prefer may end in plain text'],
    ['postgres://ann@db/shop?sslmode=allow', 'plain text'],
    ['postgres://ann@db/shop?sslmode=', 'sslmode, which has no value'],
    ['postgres://ann@db/shop?sslmode=verify-full&sslmode=disable', 'stands twice'],
    ['postgres://ann@db/shop?ssl=true&sslmode=disable', 'Keep sslmode alone'],
    ['postgres://ann@db/shop?ssl=yes', 'ssl, which is not true or false'],
    ['postgres://ann@db/shop?sslmode=verify-ca', 'sslmode=verify-ca, and no sslrootcert'],
    ['postgres://ann@db/shop?sslmode=require&sslrootcert=system', 'sslmode=verify-full'],
    [
      'postgres://ann@db/shop?sslmode=verify-full&sslrootcert=/no/ca',
      'sslrootcert, whose file /no/ca',
    ],
    ['postgres://ann@db/shop?sslrootcert=/etc/passwd', 'holds no certificate'],
    ['postgres://ann@db/shop?sslmode=disable&sslrootcert=/etc/passwd', 'does not use it'],
    ['postgres://ann@db/shop?sslmode=require&sslcert=/etc/passwd', 'sslcert, and no sslkey'],
    ['postgres://ann@db/shop?sslmode=require&sslkey=/etc/passwd', 'sslkey, and no sslcert'],
    ['postgres://ann@db/shop?sslnegotiation=direct', 'sslnegotiation=direct, and no TLS'],
    ['postgres://ann@db/shop?sslnegotiation=fast', 'sslnegotiation, which is not'],
    ['postgres://ann@/shop?host=/run&sslmode=verify-full', 'a socket, which has no TLS'],
    ['postgres://ann@db/shop?port=0', 'port, which is not a number'],
    ['postgres://ann@db/shop?options=-v', 'options, which has more than settings'],
    ['postgres://ann@db/shop?startup_parameters=no', 'startup_parameters, which is not on or off'],
    ['postgres://ann@db/shop?connect_timeout=3', 'connect_timeout, which Holdfast sets itself'],
    ['postgres://ann@db/shop?channel_binding=require', 'channel_binding, which cannot be enforced'],
    ['postgres://ann@db/shop?schema=public', 'schema, which is not known'],
  ])('%s', (url, problem) => {
    expect(() => readPostgresUrl(url)).toThrow(UrlInvalid);
    expect(() => readPostgresUrl(url)).toThrow(problem);
    expect(() => readPostgresUrl(url)).not.toThrow('can%ary');
    expect(() => readPostgresUrl(url)).not.toThrow('canary');
  });
});
