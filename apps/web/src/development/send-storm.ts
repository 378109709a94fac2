/** How a storm went, or why there was none. */
export type StormAnswer =
  | {
      readonly status: 'over';
      readonly users: number;
      readonly confirmed: number;
      readonly refused: number;
      readonly unclear: number;
      readonly durationMs: number;
    }
  | { readonly status: 'none'; readonly why: (typeof reasons)[number] };

const reasons = ['storm_under_way', 'event_not_found', 'not_on_sale', 'failed'] as const;

/**
 * Has the server send a crowd to an event, and waits until everybody has an answer. Only an api in development does that.
 *
 * @param token of an organizer
 */
export async function sendStorm(eventId: string, token: string): Promise<StormAnswer> {
  const response = await fetch('/dev/storm', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ eventId }),
    credentials: 'omit',
  }).catch(() => null);
  const answer: unknown = await response?.json().catch(() => null);
  if (typeof answer !== 'object' || answer === null) return { status: 'none', why: 'failed' };
  return overIn(answer) ?? { status: 'none', why: reasonIn(answer) };
}

function overIn(answer: object): StormAnswer | null {
  const numbers = new Map(Object.entries(answer).filter(([, value]) => typeof value === 'number'));
  const of = (name: string) => Number(numbers.get(name) ?? 0);
  if (!numbers.has('users')) return null;
  const [users, confirmed, refused] = [of('users'), of('confirmed'), of('refused')];
  const [unclear, durationMs] = [of('unclear'), of('durationMs')];
  return { status: 'over', users, confirmed, refused, unclear, durationMs };
}

function reasonIn(answer: object): (typeof reasons)[number] {
  const reason = 'reason' in answer ? answer.reason : null;
  return reasons.find((each) => each === reason) ?? 'failed';
}
