/**
 * Exchanges the code of a link that signs in once for a token. Only an api in development knows such links.
 *
 * @returns `null` where the code is used up, too old, or of another server
 */
export async function exchangeCode(code: string): Promise<string | null> {
  const response = await fetch('/dev/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
    credentials: 'omit',
  }).catch(() => null);
  if (response === null || !response.ok) return null;
  const answer: unknown = await response.json().catch(() => null);
  if (typeof answer !== 'object' || answer === null || !('token' in answer)) return null;
  return typeof answer.token === 'string' ? answer.token : null;
}
