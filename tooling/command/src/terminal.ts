import { readEnv } from './env.ts';

/** Where progress is told: stderr, so that stdout carries reports alone. */
export type ProgressStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

/**
 * May lines be written over on it? Only on a terminal, and not where TERM=dumb or NO_COLOR ask for
 * plain text: there, whatever moves the cursor or erases is noise.
 */
export function isLive(stream: ProgressStream): boolean {
  return stream.isTTY === true && !readEnv().wantsPlainText;
}
