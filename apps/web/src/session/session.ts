import { readToken, type TokenFacts } from './token-facts.ts';

/**
 * Who uses this tab. The token is kept in `sessionStorage`: it is gone with the tab, no other tab and no request has it
 * by itself (so a foreign page cannot use it), and nothing writes it into an address.
 */
export interface SignedIn extends TokenFacts {
  readonly token: string;
}

/** How a tab came to be as it is. */
export interface Session {
  readonly signedIn: SignedIn | null;
  /** All that its user can be, of which `signedIn` is one: an organizer and a buyer, in development; else nobody. */
  readonly people: readonly SignedIn[];
  /** From a link that signs in once: it is still to be exchanged. */
  readonly code: string | null;
}

const key = 'holdfast.token';
const peopleKey = 'holdfast.people';

/**
 * What this tab knows when it opens. A code in the address is taken out of it before anything else happens: so neither
 * the history nor whoever looks at the screen keeps it.
 */
export function openSession(): Session {
  return { signedIn: keptSession(), people: keptPeople(), code: takeCode() };
}

/** @returns `null` where the text is no token */
export function signedInWith(text: string): SignedIn | null {
  const token = text.trim().replace(/^bearer\s+/i, '');
  const facts = readToken(token);
  return facts === null ? null : { ...facts, token };
}

export function keepSession(signedIn: SignedIn | null): void {
  try {
    if (signedIn === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, signedIn.token);
  } catch {
    // Blocked: then it counts until the page is loaded again.
  }
}

/** Keeps, for this tab, all that its user can be. An empty list forgets them. */
export function keepPeople(people: readonly SignedIn[]): void {
  try {
    if (people.length === 0) sessionStorage.removeItem(peopleKey);
    else sessionStorage.setItem(peopleKey, people.map(({ token }) => token).join(' '));
  } catch {
    // As above.
  }
}

/** @returns those whose texts are tokens */
export function peopleWith(tokens: readonly string[]): readonly SignedIn[] {
  return tokens.flatMap((token) => signedInWith(token) ?? []);
}

function keptPeople(): readonly SignedIn[] {
  try {
    return peopleWith((sessionStorage.getItem(peopleKey) ?? '').split(' '));
  } catch {
    return [];
  }
}

function keptSession(): SignedIn | null {
  try {
    return signedInWith(sessionStorage.getItem(key) ?? '');
  } catch {
    return null;
  }
}

function takeCode(): string | null {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code !== null) history.replaceState(null, '', `${location.pathname}${location.search}`);
  return code;
}
