import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { freshDatabase } from '@holdfast/testing';
import { expect, test } from 'vitest';

const folder = new URL('..', import.meta.url);

test('the program in the README prints what the README says', async () => {
  const readme = (await readFile(new URL('README.md', folder), 'utf8')).replaceAll(/^ {3}/gm, '');
  const [, program = ''] = /```ts\n([^]+?)```/.exec(readme) ?? [];
  const [, printed = ''] = /node saturday\.ts` prints\n\n```\n([^]+?)```/.exec(readme) ?? [];
  const args = ['--input-type=module-typescript', '--eval', program.replace('./shop/', './src/')];
  const env = { ...process.env, DATABASE_URL: await freshDatabase() };
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env });
  const lines = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => line.trim());
  expect(lines(printed)).toHaveLength(2);
  expect(lines(stdout)).toEqual(lines(printed));
});
