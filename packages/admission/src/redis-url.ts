/** A server as a URL names it. */
export interface RedisAddress {
  readonly isCluster: boolean;
  readonly isEncrypted: boolean;
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** The number of the database; a cluster has only 0. */
  readonly database: number;
}

const schemes = ['redis:', 'rediss:', 'redis+cluster:', 'rediss+cluster:'] as const;
const defaultPort = 6379;

/**
 * Reads a URL of one Redis (`redis:`, `rediss:` for TLS) or of any node of a Redis Cluster
 * (`redis+cluster:`, `rediss+cluster:`).
 *
 * @throws TypeError for what is no such URL. The message does not repeat it: it may hold a password.
 * @example parseRedisUrl('redis+cluster://:secret@10.0.0.1:7000').isCluster // true
 */
export function parseRedisUrl(text: string): RedisAddress {
  const url = URL.parse(text);
  if (url === null || !schemes.some((scheme) => scheme === url.protocol) || url.hostname === '') {
    throw new TypeError(`A Redis is named by a URL of ${schemes.join(', ')} and a host.`);
  }
  return {
    isCluster: url.protocol.endsWith('+cluster:'),
    isEncrypted: url.protocol.startsWith('rediss'),
    // An IPv6 address is written in brackets.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
    username: decodedPart(url.username),
    password: decodedPart(url.password),
    database: databaseOf(url),
  };
}

/** Host and port, for a message: without the password. */
export function addressOf(text: string): string {
  const { host, port } = parseRedisUrl(text);
  return `${host}:${port}`;
}

function decodedPart(part: string): string | undefined {
  return part === '' ? undefined : decodeURIComponent(part);
}

function databaseOf({ pathname }: URL): number {
  const path = pathname.replace(/^\//, '');
  if (path === '') return 0;
  if (/^\d{1,4}$/.test(path)) return Number(path);
  throw new TypeError('The path of a Redis URL is the number of a database, as in redis://host/1.');
}
