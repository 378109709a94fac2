import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPromtool } from './promtool.ts';

/** Prometheus' own tool, of Debian's package: on the PATH, or unpacked below node_modules/.cache, once. */
const promtool = await findPromtool();
const run = promisify(execFile);
const rules = join(import.meta.dirname, '../../../deploy/prometheus');
const files = ['alerts.yml', 'alerts.test.yml', 'prometheus.yml'];
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-alerts-'));
  for (const file of files) await copyFile(join(rules, file), join(folder, file));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const ask = (...args: readonly string[]) => run(promtool ?? '', args, { cwd: folder });

test.skipIf(promtool === null)(
  'promtool finds nothing wrong with the rules and the example',
  async () => {
    const { stdout } = await ask('check', 'rules', 'alerts.yml');
    expect(stdout).toContain('SUCCESS: 14 rules found');
    await ask('check', 'config', '--syntax-only', 'prometheus.yml');
  },
);

test.skipIf(promtool === null)(
  'each alarm fires where it should, and is silent where all is well',
  async () => {
    const { stdout } = await ask('test', 'rules', 'alerts.test.yml');
    expect(stdout).toContain('SUCCESS');
  },
);

test.skipIf(promtool === null)(
  'an alarm that cannot fire, and one that always does, are found',
  async () => {
    const text = await readFile(join(folder, 'alerts.yml'), 'utf8');
    const broken = 'max by (job) (holdfast_audit_violations) > 0';
    expect(text).toContain(broken);
    for (const wrong of ['vector(1) > 2', 'vector(1)']) {
      await writeFile(join(folder, 'alerts.yml'), text.replace(broken, wrong));
      await expect(ask('test', 'rules', 'alerts.test.yml')).rejects.toThrow(
        'HoldfastPromiseBroken',
      );
    }
    await writeFile(join(folder, 'alerts.yml'), text);
  },
);
