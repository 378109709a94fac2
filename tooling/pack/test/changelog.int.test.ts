import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { repository } from '../src/repository.ts';

const run = promisify(execFile);

test('a release writes what changed into changelogs, and gives all packages one version', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-release-'));
  try {
    for (const file of ['package.json', 'pnpm-workspace.yaml', '.changeset/config.json']) {
      await cp(join(repository, file), join(folder, file));
    }
    const names = await readdir(join(repository, 'packages'));
    for (const name of names) {
      const path = `packages/${name}/package.json`;
      await cp(join(repository, path), join(folder, path)).catch(() => {});
    }
    const change = '---\n"@holdfast/domain": minor\n---\n\nSells standing room, too.\n';
    await writeFile(join(folder, '.changeset/standing-room.md'), change);
    await run(join(repository, 'node_modules/.bin/changeset'), ['version'], { cwd: folder });
    const changelog = await readFile(join(folder, 'packages/domain/CHANGELOG.md'), 'utf8');
    expect(changelog).toContain('Sells standing room, too.');
    const versions = await Promise.all(
      ['domain', 'client'].map(async (name) => {
        const text = await readFile(join(folder, `packages/${name}/package.json`), 'utf8');
        return JSON.parse(text).version;
      }),
    );
    expect(versions).toEqual(['0.2.0', '0.2.0']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
