import { createHash, randomBytes } from 'node:crypto';

/** Codes that stand in links: each signs in once, and not for long. */
export interface Codes {
  /** A new code: 256 random bits. */
  issue(): string;
  /** `true`, once, for a code that was issued and has not expired. */
  spend(code: string): boolean;
}

/** From printing a link to opening it. */
export const codeLifetimeMs = 15 * 60_000;

/** More links than that nobody asks for; the oldest is good for nothing then. */
const codeCountMax = 10;

/**
 * Keeps the codes of one process, as digests, so that how long a look takes tells nothing of a code.
 *
 * @example
 * const codes = createCodes();
 * codes.spend(codes.issue()); // true
 */
export function createCodes(now: () => number = Date.now): Codes {
  const expiresAtMs = new Map<string, number>();
  return {
    issue() {
      const code = randomBytes(32).toString('base64url');
      expiresAtMs.set(digestOf(code), now() + codeLifetimeMs);
      for (const digest of [...expiresAtMs.keys()].slice(0, -codeCountMax)) {
        expiresAtMs.delete(digest);
      }
      return code;
    },
    spend(code) {
      const digest = digestOf(code);
      const untilMs = expiresAtMs.get(digest);
      expiresAtMs.delete(digest);
      return untilMs !== undefined && now() < untilMs;
    },
  };
}

function digestOf(code: string): string {
  return createHash('sha256').update(code).digest('base64');
}
