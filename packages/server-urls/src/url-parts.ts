import { UrlInvalid } from './url-invalid.ts';

/** A URL taken apart, each part as it is meant: without percent signs. */
export interface UrlParts {
  /** With its colon. */
  readonly scheme: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Empty where none is named; an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number | undefined;
  /** Begins with a slash, where there is one. */
  readonly path: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Stands in for a host that is left out after a user, which URL does not take. */
const noHost = 'no-host.invalid';

/**
 * Takes the URL of a server apart; null for what is no URL at all.
 *
 * @throws UrlInvalid for a percent sign that encodes nothing, a parameter that stands twice, or a #.
 * @example urlParts('postgres://ann:s%40cret@/shop?host=/run/postgresql')?.password // 's@cret'
 */
export function urlParts(text: string): UrlParts | null {
  if (text.includes('#')) {
    throw new UrlInvalid('has a #, and what follows it would be lost. Write it as %23');
  }
  const url = URL.parse(text) ?? URL.parse(text.replace('@/', `@${noHost}/`));
  if (url === null) return null;
  const host = decoded('host', url.hostname).replace(/^\[(.*)\]$/, '$1');
  return {
    scheme: url.protocol,
    user: decoded('user', url.username) || undefined,
    password: decoded('password', url.password) || undefined,
    host: host === noHost ? '' : host,
    port: url.port === '' ? undefined : Number(url.port),
    path: decoded('path', url.pathname),
    parameters: parametersOf(url),
  };
}

/** Says that a parameter cannot be used: why, and the fix. */
export function parameterInvalid(name: string, problem: string): UrlInvalid {
  return new UrlInvalid(`has the parameter ${name}, ${problem}`);
}

function parametersOf({ search, searchParams }: URL): ReadonlyMap<string, string> {
  decoded('parameters', search);
  const parameters = new Map<string, string>();
  for (const [name, value] of searchParams) {
    if (parameters.has(name)) throw parameterInvalid(name, 'which stands twice. Take one out');
    if (value === '')
      throw parameterInvalid(name, 'which has no value. Give it one, or take it out');
    parameters.set(name, value);
  }
  return parameters;
}

function decoded(part: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UrlInvalid(
      `has a percent sign in its ${part} that encodes nothing. Write a percent sign as %25`,
    );
  }
}
