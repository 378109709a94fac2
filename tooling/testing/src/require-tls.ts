import { chmod, chown, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort } from '@holdfast/services';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Authority } from './certificates.ts';
import type { OwnServer } from './own-servers.ts';

/** The files that a client is told of. */
export interface TlsFiles {
  /** The authority that issued the server's certificate. */
  readonly rightCa: string;
  /** One that did not. */
  readonly wrongCa: string;
}

/** Writes both authorities' certificates into the directory. */
export async function writeAuthorities(
  directory: string,
  { right, wrong }: { readonly right: Authority; readonly wrong: Authority },
): Promise<TlsFiles> {
  const files = {
    rightCa: join(directory, 'right-ca.pem'),
    wrongCa: join(directory, 'wrong-ca.pem'),
  };
  await writeFile(files.rightCa, right.cert);
  await writeFile(files.wrongCa, wrong.cert);
  return files;
}

/**
 * From now on this PostgreSQL takes no connection in plain text, and writes down each that it takes
 * (in `server.log` of its directory). Its certificate is for `name` alone.
 */
export async function requireTlsOfPostgres(
  { url, directory }: OwnServer,
  authority: Authority,
  name: string,
): Promise<void> {
  const data = join(directory, 'data');
  const { cert, key } = await authority.issue(name);
  await writeFile(join(data, 'server.crt'), cert);
  await writeFile(join(data, 'server.key'), key);
  // The server reads its key only where it is the server's own, and nobody else's.
  const { uid, gid } = await stat(join(data, 'PG_VERSION'));
  await chown(join(data, 'server.key'), uid, gid);
  await chmod(join(data, 'server.key'), 0o600);
  await writeFile(join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('alter system set ssl = on');
  await client.query("alter system set log_connections = 'authorization'");
  await client.query('select pg_reload_conf()');
  await client.end();
}

/**
 * From now on this Redis takes connections with TLS alone, on another port. Its certificate is for
 * `localhost` alone.
 *
 * @returns its URL, without any authority; null where this Redis was built without TLS
 */
export async function requireTlsOfRedis(
  { url, directory }: OwnServer,
  authority: Authority,
): Promise<string | null> {
  const { cert, key } = await authority.issue('localhost');
  const files = { cert: join(directory, 'server.pem'), key: join(directory, 'server-key.pem') };
  await writeFile(files.cert, cert);
  await writeFile(files.key, key);
  const port = await findFreePort(1);
  const redis = new Redis(url);
  const certificate = ['tls-cert-file', files.cert, 'tls-key-file', files.key] as const;
  try {
    await redis.call('config', 'set', ...certificate, 'tls-auth-clients', 'no', 'tls-port', port);
    await redis.call('config', 'set', 'port', 0);
  } catch (error) {
    if (error instanceof Error && /unknown option/i.test(error.message)) return null;
    throw error;
  } finally {
    redis.disconnect();
  }
  const { password } = new URL(url);
  return `rediss://:${password}@localhost:${port}`;
}
