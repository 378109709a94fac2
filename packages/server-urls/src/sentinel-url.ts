import { UrlInvalid } from './url-invalid.ts';
import { parameterInvalid, type UrlParts, urlParts } from './url-parts.ts';

/** Where one of them listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Redis Sentinel: they agree which Redis is the master, and tell whoever asks. */
export interface Sentinels {
  readonly addresses: readonly [Address, ...Address[]];
  /** What they call the master. */
  readonly masterName: string;
  /** Those of the sentinels themselves. The user and the password before the hosts are for Redis. */
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** What is read after the question mark, beside certificates. */
export const sentinelParameters = ['sentinel_user', 'sentinel_password'];

const defaultPort = 26_379;
const addressCountMax = 16;
const form = 'redis+sentinel://host:26379,host:26379/name-of-the-master';

/**
 * Keeps the first host of several, because URL takes one alone. Of anything but sentinels all is kept.
 *
 * @example withOneHost('redis+sentinel://:secret@a,b:1/main') // { text: 'redis+sentinel://:secret@a/main', others: ['b:1'] }
 */
export function withOneHost(text: string): {
  readonly text: string;
  readonly others: readonly string[];
} {
  const [, scheme = '', authority = '', rest = ''] =
    /^([^:]*:\/\/)([^/?#]*)(.*)$/s.exec(text) ?? [];
  const hostsAt = authority.lastIndexOf('@') + 1;
  const [first = '', ...others] = authority.slice(hostsAt).split(',');
  return { text: `${scheme}${authority.slice(0, hostsAt)}${first}${rest}`, others };
}

/**
 * What the parts of a URL say of sentinels, the other hosts included.
 *
 * @throws UrlInvalid where no master is named, a host is none, or there are too many
 */
export function readSentinels(parts: UrlParts, others: readonly string[]): Sentinels {
  const { path, parameters } = parts;
  const [masterName = ''] = path.slice(1).split('/');
  if (masterName === '') {
    throw new UrlInvalid(`names no master that sentinels know. Write it as ${form}`);
  }
  if (others.length >= addressCountMax) {
    throw new UrlInvalid(`names more than ${addressCountMax} sentinels. Three or five are enough`);
  }
  const [username, password] = sentinelParameters.map((name) => parameters.get(name));
  if (username !== undefined && password === undefined) {
    throw parameterInvalid('sentinel_user', 'and no sentinel_password. Give both');
  }
  return {
    addresses: [addressIn(parts), ...others.map(readAddress)],
    masterName,
    username,
    password,
  };
}

/** What stands in the path after the master's name, as in the path of one Redis. */
export function pathAfterMaster(path: string): string {
  const [, , ...rest] = path.split('/');
  return rest.length === 0 ? '' : `/${rest.join('/')}`;
}

function addressIn({ host, port }: UrlParts): Address {
  return { host, port: port ?? defaultPort };
}

function readAddress(text: string): Address {
  const parts = urlParts(`redis://${text}`);
  const isAddress = parts !== null && parts.host !== '' && parts.user === undefined;
  if (isAddress) return addressIn(parts);
  throw new UrlInvalid(`has something between commas that is no host. Write it as ${form}`);
}
