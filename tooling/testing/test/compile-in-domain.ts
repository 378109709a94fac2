import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const domain = join(repository, 'packages/domain');

/**
 * Compile each source under the settings of the domain package, and give what the compiler says of
 * it. They lie below the package, where Node's types would be found if the settings allowed them,
 * and in a folder that neither git nor any other tool looks into.
 */
export async function compileInDomain(
  sources: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const parent = join(domain, 'node_modules');
  await mkdir(parent, { recursive: true });
  const directory = await mkdtemp(join(parent, '.negative-controls-'));
  try {
    const names = sources.map((_, index) => `source-${index}.ts`);
    await Promise.all(
      sources.map((source, index) =>
        writeFile(join(directory, `source-${index}.ts`), `${source}\nexport {};\n`),
      ),
    );
    const config = join(directory, 'tsconfig.json');
    const compilerOptions = { rootDir: '.', noEmit: true, composite: false, incremental: false };
    const settings = { extends: '../../tsconfig.json', include: [], files: names, compilerOptions };
    await writeFile(config, JSON.stringify(settings));
    const output = await runCompiler(config);
    // Where the settings themselves are wrong, nothing was compiled.
    if (/^error /m.test(output)) throw new Error(output);
    const lines = output.split('\n');
    return new Map(
      sources.map((source, index) => [
        source,
        lines.filter((line) => line.includes(`source-${index}.ts(`)),
      ]),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function runCompiler(config: string): Promise<string> {
  const compiler = join(repository, 'node_modules/typescript/bin/tsc');
  const args = [compiler, '--project', config, '--pretty', 'false'];
  const run = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return text(run.stdout);
}
