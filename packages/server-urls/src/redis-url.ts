import type { ConnectionOptions } from 'node:tls';
import { readCertificates } from './certificates.ts';
import {
  pathAfterMaster,
  readSentinels,
  sentinelParameters,
  type Sentinels,
  withOneHost,
} from './sentinel-url.ts';
import { UrlInvalid } from './url-invalid.ts';
import { parameterInvalid, type UrlParts, urlParts } from './url-parts.ts';

/** A Redis as a URL names it. */
export interface RedisServer {
  readonly isCluster: boolean;
  /** Who says which Redis it is; `null`: the URL does. */
  readonly sentinels: Sentinels | null;
  /** Empty for a socket, and where sentinels say it. */
  readonly host: string;
  readonly port: number;
  /** A socket of this machine, where it is reached by one; a cluster is not. */
  readonly socketPath: string | null;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** The number of the database; a cluster has only 0. */
  readonly database: number;
  /** What node:tls is told; false: plain text. */
  readonly tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key'> | false;
}

const schemes = [
  'redis:',
  'rediss:',
  'redis+cluster:',
  'rediss+cluster:',
  'redis+sentinel:',
  'rediss+sentinel:',
  'redis+unix:',
];
const defaultPort = 6379;

const certificateParameters = ['sslrootcert', 'sslcert', 'sslkey'];

/**
 * Reads a URL of one Redis (`redis:`, `rediss:` for TLS, `redis+unix:` for a socket), of any node of
 * a Redis Cluster (`redis+cluster:`, `rediss+cluster:`), or of the sentinels that know where a Redis is
 * (`redis+sentinel:`, `rediss+sentinel:`; TLS is then for both). With TLS the server's name and authority
 * are always checked: against the file `sslrootcert`, else against those whom Node trusts.
 *
 * @throws UrlInvalid for what is not understood. The message does not repeat it: it may hold a password.
 * @example readRedisUrl('redis+cluster://:secret@10.0.0.1:7000').isCluster // true
 */
export function readRedisUrl(text: string): RedisServer {
  const { text: url, others } = withOneHost(text);
  const parts = urlParts(url);
  if (parts === null || !schemes.includes(parts.scheme)) throw notOne();
  const kind = kindOf(parts.scheme);
  if ((parts.host === '') !== (kind === 'socket')) throw notOne();
  return {
    isCluster: kind === 'cluster',
    sentinels: kind === 'sentinels' ? readSentinels(parts, others) : null,
    host: kind === 'sentinels' ? '' : parts.host,
    port: parts.port ?? defaultPort,
    socketPath: kind === 'socket' ? socketPathOf(parts) : null,
    username: parts.user,
    password: parts.password,
    database: databaseOf(parts, kind),
    tls: tlsOf(parts, parametersOf[kind]),
  };
}

/** Host and port, the socket, or the sentinels and the master's name, for a message: without the password. */
export function addressOf(text: string): string {
  const { host, port, socketPath, sentinels } = readRedisUrl(text);
  if (sentinels === null) return socketPath ?? `${host}:${port}`;
  const asked = sentinels.addresses.map((sentinel) => `${sentinel.host}:${sentinel.port}`);
  return `${asked.join(',')}/${sentinels.masterName}`;
}

function notOne(): UrlInvalid {
  return new UrlInvalid(
    'is not a URL that starts with redis:// or rediss:// (or redis+cluster://, redis+sentinel://, ' +
      'rediss+cluster://, rediss+sentinel://) and names a host, or with redis+unix:/// and the path of ' +
      'a socket. Fix its spelling',
  );
}

function socketPathOf({ path }: UrlParts): string {
  if (path.length > 1) return path;
  throw notOne();
}

type Kind = 'one' | 'cluster' | 'sentinels' | 'socket';

/** What each kind takes after the question mark, beside certificates. */
const parametersOf: Readonly<Record<Kind, readonly string[]>> = {
  one: [],
  cluster: [],
  sentinels: sentinelParameters,
  socket: ['db'],
};

function kindOf(scheme: string): Kind {
  if (scheme === 'redis+unix:') return 'socket';
  if (scheme.endsWith('+cluster:')) return 'cluster';
  return scheme.endsWith('+sentinel:') ? 'sentinels' : 'one';
}

function databaseOf({ path, parameters }: UrlParts, kind: Kind): number {
  const given = databaseIn(path, kind) ?? parameters.get('db') ?? '';
  const number = given === '' ? 0 : Number(given);
  if (!/^\d{0,4}$/.test(given)) {
    const example = kind === 'socket' ? 'redis+unix:///run/redis.sock?db=1' : 'redis://host/1';
    throw new UrlInvalid(`names a database that is not a number. Write it as in ${example}`);
  }
  if (kind === 'cluster' && number !== 0) {
    throw new UrlInvalid('names a database, and a cluster has only 0. Take it out');
  }
  return number;
}

/** What the path says of it; `null`: the path is something else. */
function databaseIn(path: string, kind: Kind): string | null {
  if (kind === 'socket') return null;
  return (kind === 'sentinels' ? pathAfterMaster(path) : path).replace(/^\//, '');
}

function tlsOf({ scheme, parameters }: UrlParts, others: readonly string[]): RedisServer['tls'] {
  const isEncrypted = scheme.startsWith('rediss');
  for (const name of parameters.keys()) {
    if (others.includes(name)) continue;
    if (!certificateParameters.includes(name)) {
      throw parameterInvalid(name, 'which is not known. Take it out, or fix its spelling');
    }
    if (!isEncrypted) throw parameterInvalid(name, 'and no TLS. Begin it with rediss');
  }
  if (!isEncrypted) return false;
  return readCertificates({
    sslrootcert: parameters.get('sslrootcert'),
    sslcert: parameters.get('sslcert'),
    sslkey: parameters.get('sslkey'),
  });
}
