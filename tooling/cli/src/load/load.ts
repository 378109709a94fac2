import { newId } from '@holdfast/client';
import { tokenMint } from '@holdfast/command';
import type { Target } from './target.ts';

export interface User {
  readonly userId: string;
  readonly token: string;
}

export interface Load {
  /** The api processes, without `/trpc`: one or more, over which the users are spread evenly. */
  readonly urls: readonly string[];
  readonly eventId: string;
  readonly users: readonly User[];
  /** Called after every answer with the number of answers so far. */
  readonly onProgress: (answeredCount: number) => void;
}

/** Connections of one load at most; more users than that take turns. */
export const connectionCountMax = 1_000;

/** Users of one load at most: each has a token and a call in memory, about 1 kB. */
export const userCountMax = 100_000;

/** Tokens live longer than any load. */
const tokenLifeSeconds = 3_600;

/** So many new users. */
export function makeUsers({ tokens }: Target, count: number): readonly User[] {
  const mint = tokenMint(tokens);
  return Array.from({ length: count }, () => {
    const userId = newId();
    return { userId, token: mint({ userId, role: 'user', expiresInSeconds: tokenLifeSeconds }) };
  });
}
