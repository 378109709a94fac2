import { tokenMint } from '@holdfast/command';
import { type JsonObject, textMember } from '../json-object.ts';
import type { Target } from '../load/target.ts';
import type { Codes } from './codes.ts';
import { createStorm } from './storm.ts';

/** What the door says: a status of HTTP, and what stands in the body as JSON. */
export type Answer = readonly [status: number, body: object];
export type Answerer = (asked: JsonObject | null) => Promise<Answer>;

/** Where a command of whoever has started it gets a new code. */
export const codePath = '/code';

/**
 * Who answers at which path of the door.
 *
 * @param target the Holdfast that tokens are for, and that storms are sent to
 */
export function answerersFor(target: Target, codes: Codes): ReadonlyMap<string, Answerer> {
  const storm = createStorm(target);
  return new Map<string, Answerer>([
    // The api passes on what begins with /dev/ alone: this is for commands of whoever has started it.
    [codePath, async () => [200, { code: codes.issue() }]],
    ['/dev/sign-in', async (asked) => signIn(target, codes, textMember(asked, 'code'))],
    [
      '/dev/storm',
      async (asked) => {
        const answered = await storm(textMember(asked, 'eventId') ?? '');
        return [answered.status === 'over' ? 200 : 409, answered];
      },
    ],
  ]);
}

/** As long as a day of trying it. */
const tokenLifeSeconds = 24 * 60 * 60;

/** Those whom a developer can be: who sells comes first. */
const people = [
  { userId: 'organizer', role: 'organizer' },
  { userId: 'developer', role: 'user' },
] as const;

function signIn({ tokens: issuer }: Target, codes: Codes, code: string | null): Answer {
  if (code === null || !codes.spend(code)) {
    return [
      409,
      { status: 'refused', reason: 'code_not_valid', message: 'The link is used up or too old.' },
    ];
  }
  const mint = tokenMint(issuer);
  const tokens = people.map((person) => mint({ ...person, expiresInSeconds: tokenLifeSeconds }));
  return [200, { status: 'signed_in', tokens }];
}
