import { randomFrom } from '@holdfast/command/random-from';
import type { Share, Told } from './example.ts';
import { type ExampleName, examples } from './examples.ts';

/** What a process of a storm is sent to do. */
export interface Errand {
  readonly name: ExampleName;
  readonly url: string;
  readonly share: Omit<Share, 'random'>;
  readonly seed: number;
}

export async function runErrand({ name, url, share, seed }: Errand): Promise<readonly Told[]> {
  const { storm } = await examples[name]();
  return await storm(url, { ...share, random: randomFrom(seed) });
}
