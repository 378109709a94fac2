import type { TokenFlaw } from './token-flaw.ts';

/** Anybody can send bad tokens: they shall not fill the log. */
const periodMs = 60_000;

/**
 * Says in the log that tokens are refused, and for what: at once, and then at most once a minute, with
 * how many there were of each kind since. Never anything of a token itself.
 *
 * @example
 * const tell = tellRefusedTokens(logger);
 * tell('aud'); // info: tokens were refused: {"aud":1}
 */
export function tellRefusedTokens(
  logger: { readonly info: (fields: object, text: string) => void },
  now: () => number = () => performance.now(),
): (flaw: TokenFlaw) => void {
  const counts = new Map<TokenFlaw, number>();
  let toldAtMs = -Infinity;
  return (flaw) => {
    counts.set(flaw, (counts.get(flaw) ?? 0) + 1);
    if (now() - toldAtMs < periodMs) return;
    toldAtMs = now();
    logger.info({ flaws: Object.fromEntries(counts) }, explain(flaw));
    counts.clear();
  };
}

function explain(flaw: TokenFlaw): string {
  return `tokens are refused: ${flaws[flaw] ?? `their ${flaw} claim is missing or not the one that is expected`}`;
}

const flaws: Readonly<Record<TokenFlaw, string>> = {
  form: 'they are not signed JWTs',
  algorithm: 'they are signed by an algorithm that is not allowed (AUTH_ALGORITHMS)',
  key: 'the key that signed them is not in the key set (AUTH_JWKS_URL)',
  signature: 'their signature is wrong: another secret, or another key',
  exp: 'they have expired, or have no exp claim',
  nbf: 'they are not valid yet: compare the clocks',
  iss: 'their iss claim is not AUTH_ISSUER',
  aud: 'their aud claim is not AUTH_AUDIENCE',
  role: 'no role is found in them (AUTH_ROLE_CLAIM, AUTH_ROLE_WORDS, AUTH_ROLE_DEFAULT)',
  sub: 'their sub claim is missing, too long, or not plain text',
};
