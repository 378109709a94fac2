import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from './image.ts';
import type { Manifest } from './manifests.ts';

/** Kubernetes' own API has the groups of no other name; PodMonitor is of the Prometheus operator. */
const packageOf: Readonly<Record<string, string>> = {
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

const options = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: 'esnext',
    moduleResolution: 'bundler',
    types: [],
  },
};

/**
 * What is wrong with each object by the schemas of Kubernetes, which `kubernetes-models` has as types: a key
 * that there is not, a value of another type, one that is missing. One list for each, in their order.
 * The compiler is asked once for all of them, which takes a second.
 */
export async function problemsOf(
  manifests: readonly Manifest[],
): Promise<readonly (readonly string[])[]> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-manifests-'));
  try {
    await symlink(
      join(repositoryRoot, 'tooling/cli/node_modules'),
      join(directory, 'node_modules'),
    );
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(options));
    const write = (manifest: Manifest, index: number) =>
      writeFile(join(directory, `${index}.ts`), moduleOf(manifest));
    await Promise.all(manifests.map(write));
    const output = await compilerOutput(directory);
    return manifests.map((_, index) =>
      output.split('\n').filter((line) => line.startsWith(`${index}.ts(`)),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function moduleOf({ file: _file, apiVersion, kind, ...rest }: Manifest): string {
  const [group = ''] = apiVersion.split('/');
  const path = `${packageOf[group] ?? 'kubernetes-models'}/${apiVersion}/${kind}`;
  const object = JSON.stringify({ apiVersion, kind, ...rest }, null, 2);
  return `import type { I${kind} } from '${path}';\nexport const object: I${kind} = ${object};\n`;
}

async function compilerOutput(directory: string): Promise<string> {
  const compiler = join(repositoryRoot, 'node_modules/.bin/tsc');
  try {
    await promisify(execFile)(compiler, ['-p', directory], { cwd: directory });
    return '';
  } catch (error) {
    // It ends with 1 or 2 where it found something.
    const { stdout = '' } = error as { stdout?: string };
    if (!/error TS\d+/.test(stdout)) throw error;
    return stdout;
  }
}
