import { parseObject, textMember } from '../json-object.ts';
import type { Door } from './door.ts';
import { codePath } from './door-answers.ts';

/** The page on which an event is watched as it sells. */
export function salePath(eventId: string): string {
  return `/organize/events/${eventId}/live`;
}

/** Where a link leads that signs in there: the code stands where no server is sent it, and no log has it. */
export function linkTo(url: string, path: string, code: string): string {
  return `${url}${path}#code=${code}`;
}

const askTimeoutMs = 2_000;

/**
 * Asks the door of a Holdfast that runs for a code.
 *
 * @returns `null` where it does not answer
 */
export async function askForCode({
  url,
  secret,
}: Pick<Door, 'url' | 'secret'>): Promise<string | null> {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(askTimeoutMs);
  const asked = { method: 'POST', headers, body: '{}', signal };
  const response = await fetch(new URL(codePath, url), asked).catch(() => null);
  return response?.ok ? textMember(parseObject(await response.text()), 'code') : null;
}
