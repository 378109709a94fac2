/**
 * What the URLs of PostgreSQL and Redis say.
 *
 * Every connection is made from what these two read, so none of them can be open where another one
 * is encrypted. What they do not understand they refuse: nothing falls to plain text in silence.
 */
export { optionsFromSettings, type SessionSettings } from './postgres-options.ts';
export { type PostgresServer, readPostgresUrl } from './postgres-url.ts';
export { addressOf, type RedisServer, readRedisUrl } from './redis-url.ts';
export type { Address, Sentinels } from './sentinel-url.ts';
export { UrlInvalid } from './url-invalid.ts';
