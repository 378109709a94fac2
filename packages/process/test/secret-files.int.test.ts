import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  databaseUrl,
  readSettings,
  redisUrl,
  SettingsInvalid,
  type Variables,
} from '@holdfast/process';
import { z } from 'zod';

const url = 'postgres://ann:canary@db/holdfast';
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-secrets-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function fileWith(content: string | Buffer): Promise<string> {
  const path = join(directory, crypto.randomUUID());
  await writeFile(path, content);
  return path;
}

const schema = z.object({ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl });

function read(variables: Variables) {
  const secretNames = ['DATABASE_URL', 'REDIS_URL'];
  return readSettings({ who: 'The test', schema, variables, secretNames });
}

function complaintsAbout(variables: Variables): readonly string[] {
  try {
    read(variables);
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}

test.each(['', '\n', '\r\n'])(
  'a secret may stand in a file, whose line ends with %j',
  async (end) => {
    expect(read({ DATABASE_URL_FILE: await fileWith(url + end) })).toEqual({ DATABASE_URL: url });
  },
);

test('an empty variable names no file, and takes nothing from one', async () => {
  expect(read({ DATABASE_URL: url, DATABASE_URL_FILE: '' })).toEqual({ DATABASE_URL: url });
  const path = await fileWith(url);
  expect(read({ DATABASE_URL: '', DATABASE_URL_FILE: path })).toEqual({ DATABASE_URL: url });
});

test('only what is a secret may stand in a file', async () => {
  const path = await fileWith(url);
  const none = { who: 'The test', schema, variables: { DATABASE_URL_FILE: path } };
  expect(() => readSettings(none)).toThrow('DATABASE_URL is missing');
});

test('what a file says is checked as what a variable says, and not repeated', async () => {
  const path = await fileWith('http://canary');
  const [complaint, ...others] = complaintsAbout({ DATABASE_URL_FILE: path });
  expect(complaint).toContain('DATABASE_URL is not a URL that starts with postgres://');
  expect(complaint).not.toContain('canary');
  expect(others).toEqual([]);
});

describe('a file that cannot be meant is named, once, with the fix and without what it holds:', () => {
  test.each([
    ['empty', '', 'which is empty. Write the secret into it.'],
    ['a line end alone', '\n', 'which is empty. Write the secret into it.'],
    [
      'two lines',
      `${url}\n${url}\n`,
      'which is not one line of text. Leave the secret alone in it.',
    ],
    ['no text', Buffer.from([0xff, 0xfe, 0x41]), 'which is not one line of text.'],
    ['without an end', Buffer.alloc(65_537, 'a'), 'which has more than 65536 bytes.'],
  ])('%s', async (_, content, problem) => {
    const path = await fileWith(content);
    const complaints = complaintsAbout({ DATABASE_URL_FILE: path });
    expect(complaints).toEqual([
      expect.stringContaining(`DATABASE_URL_FILE names ${path}, ${problem}`),
    ]);
    expect(complaints[0]).not.toContain('canary');
  });

  test('absent, or a folder', () => {
    const [absent] = complaintsAbout({ DATABASE_URL_FILE: join(directory, 'none') });
    expect(absent).toMatch(/DATABASE_URL_FILE names .*none, which is not there\. Mount it, or/);
    const [folder] = complaintsAbout({ DATABASE_URL_FILE: directory });
    expect(folder).toContain(`DATABASE_URL_FILE names ${directory}, which is a folder.`);
  });

  test('one that never ends is not read for ever', () => {
    const [complaint] = complaintsAbout({ DATABASE_URL_FILE: '/dev/zero' });
    expect(complaint).toContain('DATABASE_URL_FILE names /dev/zero, which has more than 65536');
  });

  // Root may read everything.
  test.skipIf(process.getuid?.() === 0)('one that may not be read', async () => {
    const path = await fileWith(url);
    await chmod(path, 0o000);
    const [complaint] = complaintsAbout({ DATABASE_URL_FILE: path });
    expect(complaint).toContain('which the user of this process may not read.');
  });

  test('a secret that is given twice', async () => {
    const path = await fileWith(url);
    expect(complaintsAbout({ DATABASE_URL: url, DATABASE_URL_FILE: path })).toEqual([
      '  DATABASE_URL and DATABASE_URL_FILE are both set. Remove one of them.',
    ]);
  });

  test('all of them at once, beside what else is wrong', () => {
    const complaints = complaintsAbout({
      DATABASE_URL_FILE: join(directory, 'none'),
      REDIS_URL: 'nonsense',
    });
    expect(complaints.map((line) => line.trim().split(' ')[0])).toEqual([
      'DATABASE_URL_FILE',
      'REDIS_URL',
    ]);
  });
});
