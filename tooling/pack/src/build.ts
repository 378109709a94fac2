import { cp, readdir, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { commands } from './repository.ts';
import { run } from './run.ts';
import { writeJson } from './stage.ts';

/** What a package reads at run time as it is. */
const carriedAlong = ['.lua'];

const compilerOptions = {
  rootDir: './src',
  outDir: './dist',
  emitDeclarationOnly: false,
  composite: false,
  incremental: false,
  // Sources are not installed, so a map carries them.
  inlineSources: true,
  declarationMap: false,
};

/**
 * Compiles a staged package's `src` into its `dist`: JavaScript, source maps, declarations.
 *
 * @throws Error with what the compiler said
 */
export async function build(staged: string): Promise<void> {
  const config = 'tsconfig.build.json';
  const settings = {
    extends: './tsconfig.json',
    compilerOptions,
    include: ['src'],
    references: [],
  };
  await writeJson(join(staged, config), settings);
  await run(commands.tsc, ['-p', config], staged);
  await rm(join(staged, config));
  const files = await readdir(join(staged, 'src'), { recursive: true });
  for (const file of files.filter((each) => carriedAlong.includes(extname(each)))) {
    await cp(join(staged, 'src', file), join(staged, 'dist', file));
  }
}
