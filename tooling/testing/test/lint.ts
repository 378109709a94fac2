import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** The path of each file that was complained about, with the rules that did so. */
export type Findings = ReadonlyMap<string, readonly string[]>;

/**
 * Lint sources, given by the path that they would have in the repository, with the repository's own
 * rules. They lie in a copy of its shape, so that nothing is written into the repository itself.
 * Rules that need types are left out.
 */
export async function lint(sources: Readonly<Record<string, string>>): Promise<Findings> {
  const root = await mkdtemp(join(tmpdir(), 'holdfast-lint-'));
  try {
    const config = await readFile(join(repository, '.oxlintrc.json'), 'utf8');
    await writeFile(
      join(root, '.oxlintrc.json'),
      config.replace('"typeAware": true', '"typeAware": false'),
    );
    for (const [path, source] of Object.entries(sources)) await write(join(root, path), source);
    await write(
      join(root, 'tooling/testing/src/file-name-rule.ts'),
      await readFile(join(repository, 'tooling/testing/src/file-name-rule.ts'), 'utf8'),
    );
    await symlink(join(repository, 'node_modules'), join(root, 'node_modules'));
    return await runLinter(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function runLinter(root: string): Promise<Findings> {
  const linter = join(repository, 'node_modules/oxlint/bin/oxlint');
  const args = [linter, '--format=json', 'packages', 'apps', 'tooling', 'examples'];
  const run = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const report: { diagnostics: { code?: string; filename: string }[] } = JSON.parse(
    await text(run.stdout),
  );
  const findings = new Map<string, string[]>();
  for (const { code = 'syntax', filename } of report.diagnostics) {
    findings.set(filename, [...(findings.get(filename) ?? []), code]);
  }
  return findings;
}

async function write(path: string, source: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, source);
}
