import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hashSources } from '../scripts/hash-sources.ts';

const files = [
  'apps/web/index.html',
  'apps/web/vite.config.ts',
  'apps/web/package.json',
  'apps/web/src/inner/page.tsx',
  'apps/web/messages/page.en.json',
  'apps/web/public/icon.svg',
  'packages/client/src/index.ts',
  'packages/react/src/index.ts',
  'pnpm-workspace.yaml',
];

test('the pages are built anew exactly where something has changed that they are made of', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-sources-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const file of [...files, 'apps/web/test/some.test.ts']) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), file);
  }
  const hash = () => hashSources(join(folder, 'apps/web'));
  let before = await hash();
  expect(await hash()).toBe(before);
  await appendFile(join(folder, 'apps/web/test/some.test.ts'), ' ');
  expect(await hash()).toBe(before);
  for (const file of files) {
    await appendFile(join(folder, file), ' ');
    const after = await hash();
    expect({ file, isNew: after !== before }).toEqual({ file, isNew: true });
    before = after;
  }
  await rm(join(folder, 'apps/web/src/inner/page.tsx'));
  expect(await hash()).not.toBe(before);
});
