import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '@holdfast/command';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimReportFile } from '../src/report-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-report-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a report that was not written leaves the folder as it was', async () => {
  const old = join(folder, 'old.html');
  await writeFile(old, 'old');
  await (await claimReportFile(join(folder, 'new.html')))[Symbol.asyncDispose]();
  await (await claimReportFile(old))[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual(['old.html']);
  expect(await readFile(old, 'utf8')).toBe('old');
});

test('a report that was written stays, and takes the place of an older one', async () => {
  for (const content of ['a longer one', 'short']) {
    const file = await claimReportFile(join(folder, 'report.html'));
    await file.write(content);
    await file[Symbol.asyncDispose]();
    expect(await readFile(file.path, 'utf8')).toBe(content);
  }
});

test.each([
  ['missing/report.html', /There is no folder \S+missing\. Make it first: mkdir -p '\S+missing'/],
  ['.', /is a folder\. Name a file in it: \S+\/report\.html/],
  ['file/report.html', /file is no folder\. Name a file in a folder that there is/],
])('what cannot be written is refused with its fix: %s', async (name, fix) => {
  await writeFile(join(folder, 'file'), '');
  const refused = await claimReportFile(join(folder, name)).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(UsageError);
  expect(String(refused)).toMatch(fix);
});
