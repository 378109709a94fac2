import { type Role, roles } from '@holdfast/process';

/** How a token says what its bearer may do. Issuers have words and places of their own for it. */
export interface RoleRule {
  /** The claim's name, or its path with dots: `role`, `realm_access.roles`, `https://shop.example/roles`. */
  readonly claim: string;
  /** The issuer's words for our roles. `null`: it uses ours. */
  readonly words: ReadonlyMap<string, Role> | null;
  /** What a bearer is whose token has no word of ours. `null`: the token is refused. */
  readonly fallback: Role | null;
}

/** Our own words under `role`, and no token without one. */
export const plainRoleRule: RoleRule = { claim: 'role', words: null, fallback: null };

const ownWords: ReadonlyMap<string, Role> = new Map(roles.map((role) => [role, role]));

/**
 * The role that a token's claims give: the highest of its words, where it has several (a list, or words with
 * spaces between, as in `scope`). Words that mean nothing here are passed over. `null`: none.
 *
 * @example
 * roleIn({ realm_access: { roles: ['staff'] } }, {
 *   claim: 'realm_access.roles', words: new Map([['staff', 'organizer']]), fallback: 'user',
 * }) // 'organizer'
 */
export function roleIn(claims: object, { claim, words, fallback }: RoleRule): Role | null {
  const meaning = words ?? ownWords;
  const found = wordsIn(claimAt(claims, claim)).map((word) => meaning.get(word));
  return roles.findLast((role) => found.includes(role)) ?? fallback;
}

/** A claim of exactly that name comes first: some names have dots in them. */
function claimAt(claims: object, path: string): unknown {
  const own = ownValue(claims, path);
  if (own !== undefined) return own;
  return path.split('.').reduce<unknown>((value, name) => ownValue(value, name), claims);
}

function ownValue(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function wordsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
}
