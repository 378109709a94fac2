import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a program printed, and how it ended. */
export interface Ran {
  readonly exitCode: number;
  readonly output: string;
}

const timeoutMs = 240_000;

/** A project of somebody else, in a folder that knows nothing of ours. */
export interface Project {
  readonly folder: string;
  /** Installs with npm what is named as npm names it: `pg@8`, or a tarball's path. Throws what npm says. */
  install(...names: readonly string[]): Promise<void>;
  run(program: string, ...args: readonly string[]): Promise<Ran>;
  /** Compiles a program of `fixtures` to `built`, under the strictest reading of the settings. */
  compile(options: CompileOptions): Promise<Ran>;
}

export interface CompileOptions {
  readonly program: string;
  readonly compiler: string;
  readonly resolution: 'nodenext' | 'bundler';
  readonly settings: Readonly<Record<string, unknown>>;
}

export async function startProject(folder: string): Promise<Project> {
  await mkdir(folder, { recursive: true });
  const manifest = { name: 'somebody-elses', private: true, type: 'module' };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  const run = (program: string, ...args: readonly string[]) => runIn(folder, program, args);
  return {
    folder,
    async install(...names) {
      const options = ['--prefer-offline', '--no-audit', '--no-fund'];
      const { exitCode, output } = await run('npm', 'install', ...options, ...names);
      if (exitCode !== 0) throw new Error(`npm install ${names.join(' ')}: ${output}`);
    },
    run,
    compile: (options) => compileIn(folder, options),
  };
}

async function compileIn(folder: string, options: CompileOptions): Promise<Ran> {
  const { program, compiler, resolution, settings } = options;
  const fixture = fileURLToPath(new URL(`fixtures/${program}.ts`, import.meta.url));
  await copyFile(fixture, join(folder, `${program}.ts`));
  const config = {
    compilerOptions: {
      strict: true,
      exactOptionalPropertyTypes: true,
      target: 'es2022',
      module: resolution === 'bundler' ? 'preserve' : 'nodenext',
      moduleResolution: resolution,
      skipLibCheck: false,
      rootDir: '.',
      outDir: 'built',
      ...settings,
    },
    files: [`${program}.ts`],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  return runIn(folder, process.execPath, [compiler, '-p', 'tsconfig.json']);
}

function runIn(folder: string, program: string, args: readonly string[]): Promise<Ran> {
  // What pnpm and npm tell their own children would be news from this repository. How this machine
  // reaches a registry is not.
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(?!config_registry)|pnpm_|PNPM_|INIT_CWD|VITEST|NODE_(ENV|OPTIONS|PATH)$)/.test(name),
  );
  const options = { cwd: folder, env: Object.fromEntries(kept), timeout: timeoutMs };
  return new Promise((resolve) => {
    const child = execFile(program, args, options, (_error, stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? -1, output: `${stdout}${stderr}` });
    });
  });
}
