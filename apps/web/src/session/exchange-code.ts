/**
 * Exchanges the code of a link that signs in once for tokens, the first of which is to be used first. Only an api in
 * development knows such links.
 *
 * @returns `null` where the code is used up, too old, or of another server
 */
export async function exchangeCode(code: string): Promise<readonly string[] | null> {
  const response = await fetch('/dev/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
    credentials: 'omit',
  }).catch(() => null);
  if (response === null || !response.ok) return null;
  const answer: unknown = await response.json().catch(() => null);
  if (typeof answer !== 'object' || answer === null || !('tokens' in answer)) return null;
  const { tokens } = answer;
  return Array.isArray(tokens) && tokens.every(isText) ? tokens : null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
