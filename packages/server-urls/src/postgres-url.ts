import { type EnvParameter, parameterFromEnv, variablesSet } from './env.ts';
import { type SessionSettings, settingsFromOptions } from './postgres-options.ts';
import { type PostgresTls, postgresTls } from './postgres-tls.ts';
import { UrlInvalid } from './url-invalid.ts';
import { parameterInvalid, type UrlParts, urlParts } from './url-parts.ts';

/** A PostgreSQL and a database there, as a URL names them. */
export interface PostgresServer {
  /** A name, an address, or the folder of a socket: that begins with a slash. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Undefined: as pg finds it (PGPASSWORD, or the file .pgpass). */
  readonly password: string | undefined;
  readonly database: string;
  /** What node:tls is told; false: plain text. */
  readonly ssl: PostgresTls | false;
  /** `direct`: TLS from the first byte on. */
  readonly sslnegotiation: 'postgres' | 'direct';
  /** What the parameter `options` sets, for each connection. */
  readonly settings: SessionSettings;
  /** Are settings sent as a connection starts? Otherwise by a statement, as soon as it stands. */
  readonly sendsStartupParameters: boolean;
}

const schemes = ['postgres:', 'postgresql:'];
const defaultPort = 5432;

/** What is read of the part after the question mark. Anything else is refused. */
const knownParameters = [
  'host',
  'port',
  'user',
  'password',
  'ssl',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslnegotiation',
  'options',
  'startup_parameters',
];

/** What is known elsewhere, and why it is not taken here. */
const refusals: Readonly<Record<string, string>> = {
  application_name: 'which Holdfast sets itself. Take it out',
  connect_timeout: 'which Holdfast sets itself. Take it out',
  uselibpqcompat: 'which is always on here. Take it out',
  dbname: 'which stands in the path. Write it as postgres://host/name',
  channel_binding: 'which cannot be enforced here. Take it out, and say sslmode=verify-full',
  target_session_attrs: 'which is not supported. Name the primary, and take it out',
};

/**
 * Reads the URL of a PostgreSQL. Every connection is made of what it gives, and of nothing else. Of
 * TLS, `options` and the user, what the URL does not say is taken from libpq's variables (PGSSLMODE, …).
 * Files are read anew each time.
 *
 * @throws UrlInvalid for whatever is not understood: a scheme, a parameter, a mode, a file
 * @example readPostgresUrl('postgres://ann@db/shop?sslmode=require').ssl // { rejectUnauthorized: false }
 */
export function readPostgresUrl(text: string): PostgresServer {
  try {
    return serverFrom(text);
  } catch (error) {
    const variables = variablesSet();
    if (!(error instanceof UrlInvalid) || variables.length === 0) throw error;
    const where = `Where it says nothing, ${variables.join(', ')} of the environment counts`;
    throw new UrlInvalid(`${error.message}. ${where}`);
  }
}

function serverFrom(text: string): PostgresServer {
  const parts = urlParts(text);
  if (parts === null || !schemes.includes(parts.scheme)) throw notOne();
  const { parameters } = parts;
  for (const name of parameters.keys()) requireKnown(name);
  const database = parts.path.slice(1);
  if (database === '') {
    throw new UrlInvalid('names no database. Write it as postgres://user:password@host:5432/name');
  }
  const host = hostOf(parts);
  const ssl = tlsOf(parameters, host);
  return {
    host,
    port: portOf(parts),
    user: userOf(parts),
    password: parameters.get('password') ?? parts.password,
    database,
    ssl,
    sslnegotiation: negotiationOf(parameters, ssl),
    settings: settingsFromOptions(parameterOf(parameters, 'options') ?? ''),
    sendsStartupParameters: startupParametersOf(parameters),
  };
}

type Parameters = UrlParts['parameters'];

function notOne(): UrlInvalid {
  return new UrlInvalid(
    'is not a URL that starts with postgres:// or postgresql:// and names a host. Fix its spelling',
  );
}

function requireKnown(name: string): void {
  if (knownParameters.includes(name)) return;
  const why = refusals[name] ?? 'which is not known. Take it out, or fix its spelling';
  throw parameterInvalid(name, why);
}

function hostOf({ host, parameters }: UrlParts): string {
  const found = parameters.get('host') ?? host;
  if (found === '') throw notOne();
  if (found.includes(',')) {
    throw new UrlInvalid('names several hosts, and one is supported. Name the primary alone');
  }
  return found;
}

function userOf({ user, parameters }: UrlParts): string {
  const found = parameters.get('user') ?? user ?? parameterFromEnv('user');
  if (found !== undefined) return found;
  throw new UrlInvalid('names no user. Write it as postgres://user:password@host:5432/name');
}

function portOf({ port, parameters }: UrlParts): number {
  const given = parameters.get('port');
  if (given === undefined) return port ?? defaultPort;
  if (/^\d{1,5}$/.test(given) && Number(given) > 0 && Number(given) < 65_536) return Number(given);
  throw parameterInvalid('port', 'which is not a number from 1 to 65535. Fix it');
}

/** A socket of this machine is never encrypted: libpq passes over sslmode there, and says nothing. */
function tlsOf(parameters: Parameters, host: string): PostgresTls | false {
  if (!host.startsWith('/')) {
    const ssl = parameters.get('ssl');
    const sslmode =
      ssl === undefined ? parameterOf(parameters, 'sslmode') : parameters.get('sslmode');
    return postgresTls(
      {
        ssl,
        sslmode,
        sslrootcert: parameterOf(parameters, 'sslrootcert'),
        sslcert: parameterOf(parameters, 'sslcert'),
        sslkey: parameterOf(parameters, 'sslkey'),
      },
      host,
    );
  }
  const asked = ['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'].find((name) =>
    parameters.has(name),
  );
  if (asked === undefined || parameters.get('sslmode') === 'disable') return false;
  throw parameterInvalid(asked, 'and a socket, which has no TLS. Take one of them out');
}

function negotiationOf(parameters: Parameters, ssl: PostgresTls | false): 'postgres' | 'direct' {
  const given = parameterOf(parameters, 'sslnegotiation') ?? 'postgres';
  if (given !== 'postgres' && given !== 'direct') {
    throw parameterInvalid('sslnegotiation', 'which is not postgres or direct. Say one of them');
  }
  if (given === 'direct' && ssl === false) {
    throw parameterInvalid('sslnegotiation=direct', 'and no TLS. Say sslmode=verify-full with it');
  }
  return given;
}

function startupParametersOf(parameters: Parameters): boolean {
  const given = parameters.get('startup_parameters') ?? 'on';
  if (given === 'on' || given === 'off') return given === 'on';
  throw parameterInvalid('startup_parameters', 'which is not on or off. Say one of them');
}

function parameterOf(parameters: Parameters, name: EnvParameter): string | undefined {
  return parameters.get(name) ?? parameterFromEnv(name);
}
