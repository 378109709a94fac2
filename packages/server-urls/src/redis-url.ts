import type { ConnectionOptions } from 'node:tls';
import { readCertificates } from './certificates.ts';
import { UrlInvalid } from './url-invalid.ts';
import { parameterInvalid, type UrlParts, urlParts } from './url-parts.ts';

/** A Redis as a URL names it. */
export interface RedisServer {
  readonly isCluster: boolean;
  /** Empty for a socket. */
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

const schemes = ['redis:', 'rediss:', 'redis+cluster:', 'rediss+cluster:', 'redis+unix:'];
const defaultPort = 6379;

const certificateParameters = ['sslrootcert', 'sslcert', 'sslkey'];

/**
 * Reads a URL of one Redis (`redis:`, `rediss:` for TLS, `redis+unix:` for a socket) or of any node of
 * a Redis Cluster (`redis+cluster:`, `rediss+cluster:`). With TLS the server's name and authority are
 * always checked: against the file `sslrootcert`, else against those whom Node trusts.
 *
 * @throws UrlInvalid for what is not understood. The message does not repeat it: it may hold a password.
 * @example readRedisUrl('redis+cluster://:secret@10.0.0.1:7000').isCluster // true
 */
export function readRedisUrl(text: string): RedisServer {
  const parts = urlParts(text);
  if (parts === null || !schemes.includes(parts.scheme)) throw notOne();
  const isSocket = parts.scheme === 'redis+unix:';
  if ((parts.host === '') !== isSocket) throw notOne();
  const isCluster = parts.scheme.endsWith('+cluster:');
  return {
    isCluster,
    host: parts.host,
    port: parts.port ?? defaultPort,
    socketPath: isSocket ? socketPathOf(parts) : null,
    username: parts.user,
    password: parts.password,
    database: databaseOf(parts, { isSocket, isCluster }),
    tls: tlsOf(parts, isSocket ? ['db'] : []),
  };
}

/** Host and port, or the socket, for a message: without the password. */
export function addressOf(text: string): string {
  const { host, port, socketPath } = readRedisUrl(text);
  return socketPath ?? `${host}:${port}`;
}

function notOne(): UrlInvalid {
  return new UrlInvalid(
    'is not a URL that starts with redis:// or rediss:// or redis+cluster:// or rediss+cluster:// ' +
      'and names a host, or with redis+unix:/// and the path of a socket. Fix its spelling',
  );
}

function socketPathOf({ path }: UrlParts): string {
  if (path.length > 1) return path;
  throw notOne();
}

interface Kind {
  readonly isSocket: boolean;
  readonly isCluster: boolean;
}

function databaseOf({ path, parameters }: UrlParts, { isSocket, isCluster }: Kind): number {
  const given = isSocket ? (parameters.get('db') ?? '') : path.replace(/^\//, '');
  const number = given === '' ? 0 : Number(given);
  if (!/^\d{0,4}$/.test(given)) {
    const example = isSocket ? 'redis+unix:///run/redis.sock?db=1' : 'redis://host/1';
    throw new UrlInvalid(`names a database that is not a number. Write it as in ${example}`);
  }
  if (isCluster && number !== 0) {
    throw new UrlInvalid('names a database, and a cluster has only 0. Take it out');
  }
  return number;
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
