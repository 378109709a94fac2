import { type Logger, type Role, roles } from '@holdfast/process';
import { z } from 'zod';
import type { RoleRule } from './token-role.ts';
import type { TokenChecks, TokenKeys } from './verify-token.ts';

const secretLengthMin = 32;

/** All of them are signatures by a key pair: none can be made with what the key set publishes. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

const algorithmsDefault = 'RS256,ES256,EdDSA,Ed25519';

/** Stands for any audience. */
const anyAudience = '*';

const secret = z
  .string()
  .min(
    secretLengthMin,
    `is shorter than ${secretLengthMin} characters. Make one: openssl rand -base64 32`,
  )
  .optional();

const yesOrNo = z
  .enum(['true', 'false'], 'is not true or false. Leave it out for false')
  .default('false')
  .transform((text) => text === 'true');

const listOf = (text: string) => text.split(',').map((part) => part.trim());

const algorithmList = z
  .string()
  .default(algorithmsDefault)
  .transform(listOf)
  .pipe(
    z.array(z.enum(algorithms, `may have ${algorithms.join(', ')}, with commas between. Fix it`)),
  );

const rolePattern = new RegExp(`^[^=,]+=(${roles.join('|')})$`);

const roleWords = z
  .string()
  .transform(listOf)
  .pipe(
    z.array(
      z
        .string()
        .regex(
          rolePattern,
          `is not a list as in staff=organizer,ops=admin. The roles are ${roles.join(', ')}`,
        ),
    ),
  )
  .transform((pairs) => new Map(pairs.map(wordAndRole)))
  .optional();

function wordAndRole(pair: string): [string, Role] {
  const [word = '', name] = pair.split('=');
  const role = roles.find((one) => one === name);
  if (role === undefined) throw new Error('The pattern lets no other role through.');
  return [word.trim(), role];
}

/** The settings of identity. */
export const authFields = {
  AUTH_SECRET: secret,
  AUTH_SECRET_PREVIOUS: secret,
  AUTH_JWKS_URL: z.string().refine(isHttpUrl, 'is not an https URL. Fix its spelling').optional(),
  AUTH_JWKS_PLAIN_HTTP: yesOrNo,
  AUTH_ALGORITHMS: algorithmList,
  AUTH_ISSUER: z.string().default('holdfast'),
  AUTH_AUDIENCE: z.string().default('holdfast'),
  AUTH_ROLE_CLAIM: z.string().default('role'),
  AUTH_ROLE_WORDS: roleWords,
  // No token makes an admin by saying nothing.
  AUTH_ROLE_DEFAULT: z
    .enum(['user', 'organizer'], 'is not user or organizer. Leave it out to refuse such tokens')
    .optional(),
};

type AuthSettings = z.output<z.ZodObject<typeof authFields>>;

/** Named even where another field is wrong, so that nobody has to fix twice. */
const always = { when: () => true };

/** Tokens are checked in exactly one way, and what would not be used is not set. */
export const authRules = [
  z.refine<AuthSettings>(
    ({ AUTH_SECRET: own, AUTH_JWKS_URL: url }) => own !== undefined || url !== undefined,
    {
      ...always,
      path: ['AUTH_SECRET'],
      error: 'is missing. Set it, or AUTH_JWKS_URL. Make one: openssl rand -base64 32',
    },
  ),
  z.refine<AuthSettings>(
    ({ AUTH_SECRET: own, AUTH_JWKS_URL: url }) => own === undefined || url === undefined,
    {
      ...always,
      path: ['AUTH_SECRET'],
      error: 'and AUTH_JWKS_URL are both set. Remove the one that is not used',
    },
  ),
  z.refine<AuthSettings>(
    ({ AUTH_SECRET: own, AUTH_SECRET_PREVIOUS: previous }) =>
      previous === undefined || (own !== undefined && own !== previous),
    {
      ...always,
      path: ['AUTH_SECRET_PREVIOUS'],
      error: 'is the secret before AUTH_SECRET: set both, to different values, or leave it out',
    },
  ),
  z.refine<AuthSettings>(
    ({ AUTH_JWKS_URL: url, AUTH_JWKS_PLAIN_HTTP: isPlainAllowed }) =>
      url === undefined || isPlainAllowed || isPrivateUrl(url),
    {
      ...always,
      path: ['AUTH_JWKS_URL'],
      error:
        'is not an https URL (http is allowed on this machine). Where the network between is your own, set AUTH_JWKS_PLAIN_HTTP=true',
    },
  ),
];

function isHttpUrl(text: string): boolean {
  return ['http:', 'https:'].includes(URL.parse(text)?.protocol ?? '');
}

/** Nobody on the way can change what it answers. */
function isPrivateUrl(text: string): boolean {
  const url = URL.parse(text);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
  return url?.protocol === 'https:' || isLocal;
}

/** What `createAuthenticate` needs to know. */
export function authenticationFrom(
  env: AuthSettings,
): TokenChecks & { readonly keys: TokenKeys; readonly role: RoleRule } {
  return {
    keys: keysFrom(env),
    issuer: env.AUTH_ISSUER,
    audience: env.AUTH_AUDIENCE === anyAudience ? null : env.AUTH_AUDIENCE,
    role: {
      claim: env.AUTH_ROLE_CLAIM,
      words: env.AUTH_ROLE_WORDS ?? null,
      fallback: env.AUTH_ROLE_DEFAULT ?? null,
    },
  };
}

function keysFrom(env: AuthSettings): TokenKeys {
  const { AUTH_SECRET: own, AUTH_SECRET_PREVIOUS: previous, AUTH_JWKS_URL: url } = env;
  if (own !== undefined) {
    return { type: 'secret', secret: own, ...(previous === undefined ? {} : { previous }) };
  }
  if (url === undefined) throw new Error('authRules let nothing through that has neither.');
  return { type: 'key_set', url: new URL(url), algorithms: env.AUTH_ALGORITHMS };
}

/** Says at the start, as a warning, what a setting has opened. */
export function warnOfOpenDoors(env: AuthSettings, logger: Logger): void {
  if (env.AUTH_AUDIENCE === anyAudience) {
    logger.warn(
      'AUTH_AUDIENCE is *: a token that the issuer made for any other service is accepted here, too',
    );
  }
  if (env.AUTH_JWKS_URL !== undefined && !isPrivateUrl(env.AUTH_JWKS_URL)) {
    logger.warn(
      'AUTH_JWKS_URL is plain http: who can change what it answers on the way can sign any token',
    );
  }
}
