import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generateSource } from 'oazapfts';

const api = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(api, '../../node_modules/typescript/bin/tsc');
const run = promisify(execFile);

const settings = {
  compilerOptions: {
    strict: true,
    module: 'nodenext',
    target: 'es2024',
    outDir: 'out',
    rewriteRelativeImportExtensions: true,
    types: ['node'],
    skipLibCheck: true,
  },
  files: ['program.ts'],
};

/**
 * Generates a client from a document as its users do, compiles a program that calls it, and runs it.
 * Answers what it prints.
 *
 * @throws what the compiler says, or the program
 */
export async function runWithGeneratedClient(
  documentText: string,
  program: string,
  args: readonly string[],
): Promise<string> {
  await mkdir(join(api, 'dist'), { recursive: true });
  // Where packages are found, and neither git nor any other tool looks.
  const folder = await mkdtemp(join(api, 'dist/generated-client-'));
  try {
    const at = (name: string) => join(folder, name);
    await writeFile(at('openapi.json'), documentText);
    await writeFile(at('client.ts'), await generateSource(at('openapi.json')));
    await writeFile(at('program.ts'), program);
    await writeFile(at('package.json'), '{"type":"module"}');
    await writeFile(at('tsconfig.json'), JSON.stringify(settings));
    await run(process.execPath, [compiler, '--project', at('tsconfig.json'), '--pretty', 'false']);
    const { stdout } = await run(process.execPath, [at('out/program.js'), ...args]);
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
