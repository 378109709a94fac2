/** What a token says of who has it. Nobody relies on it: the api judges the token itself. */
export interface TokenFacts {
  readonly userId: string;
  readonly role: string;
}

/**
 * Reads what a JWT says, without looking at its signature.
 *
 * @returns `null` where the text is no JWT that names a user
 */
export function readToken(token: string): TokenFacts | null {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return null;
  try {
    const bytes = Uint8Array.from(
      atob(payload.replaceAll('-', '+').replaceAll('_', '/')),
      (letter) => letter.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return factsOf(claims);
  } catch {
    return null;
  }
}

function factsOf(claims: unknown): TokenFacts | null {
  if (typeof claims !== 'object' || claims === null || !('sub' in claims)) return null;
  const role = 'role' in claims && typeof claims.role === 'string' ? claims.role : 'user';
  return typeof claims.sub === 'string' && claims.sub !== '' ? { userId: claims.sub, role } : null;
}
