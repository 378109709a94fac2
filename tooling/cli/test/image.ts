import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type IsIgnored, readDockerIgnore } from './docker-ignore.ts';

export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** What the Dockerfile makes, in a directory that stands for the root of its last stage. */
export interface Image extends AsyncDisposable {
  readonly root: string;
  /** Where its processes run, on this machine. */
  readonly workDirectory: string;
  /** Its ENV. */
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly command: readonly string[];
}

interface Stage {
  readonly root: string;
  workDirectory: string;
  user: string;
  command: readonly string[];
  readonly env: Record<string, string>;
}

/**
 * Builds the image without Docker: the files that COPY brings under .dockerignore, and the RUN lines, on
 * this machine's Node. It knows the instructions that our Dockerfile has, and throws at any other.
 */
export async function buildImage(): Promise<Image> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-image-'));
  // Other users are to look into it.
  await chmod(directory, 0o755);
  const isIgnored = readDockerIgnore(await readFile(join(repositoryRoot, '.dockerignore'), 'utf8'));
  const stages = new Map<string, Stage>();
  let stage = await newStage(join(directory, 'none'), undefined);
  for (const { name, rest } of await readDockerfile()) {
    if (name === 'ARG') continue;
    if (name === 'FROM') {
      const [, base = '', stageName = 'last'] = /^(\S+)(?: AS (\w+))?$/.exec(rest) ?? [];
      stage = await newStage(join(directory, stageName), stages.get(base));
      stages.set(stageName, stage);
    } else await carryOut(stage, { name, rest, isIgnored, stages });
  }
  const { root, env, user, command } = stage;
  return {
    root,
    env,
    user,
    command,
    workDirectory: join(root, stage.workDirectory),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** A stage that goes on from another one of ours, or from an image that is not here. */
async function newStage(root: string, base: Stage | undefined): Promise<Stage> {
  if (base === undefined) return { root, workDirectory: '/', user: 'root', command: [], env: {} };
  await cp(base.root, root, { recursive: true, verbatimSymlinks: true });
  return { ...base, root, env: { ...base.env } };
}

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

async function readDockerfile(): Promise<readonly Instruction[]> {
  const text = await readFile(join(repositoryRoot, 'Dockerfile'), 'utf8');
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name = '', ...rest] = line.split(' ');
      return { name, rest: rest.join(' ') };
    });
}

interface Step extends Instruction {
  readonly isIgnored: IsIgnored;
  readonly stages: ReadonlyMap<string, Stage>;
}

async function carryOut(stage: Stage, { name, rest, isIgnored, stages }: Step): Promise<void> {
  switch (name) {
    case 'WORKDIR':
      stage.workDirectory = rest;
      await mkdir(join(stage.root, rest), { recursive: true });
      return;
    case 'ENV':
      for (const pair of rest.split(' ')) {
        const [variable = '', value = ''] = pair.split('=');
        stage.env[variable] = value;
      }
      return;
    case 'COPY':
      return await copy(stage, { rest, isIgnored, stages });
    case 'RUN':
      return await run(stage, rest);
    case 'USER':
      stage.user = rest;
      return;
    case 'CMD':
      stage.command = JSON.parse(rest);
      return;
    default:
      throw new Error(`This test does not know ${name}: teach it.`);
  }
}

async function copy(stage: Stage, { rest, isIgnored, stages }: Omit<Step, 'name'>): Promise<void> {
  if (rest === '. .') {
    return await copyContext(repositoryRoot, join(stage.root, stage.workDirectory), isIgnored);
  }
  const [, from = '', path = '', to = ''] = /^--from=(\w+) (\S+) (\S+)$/.exec(rest) ?? [];
  const source = stages.get(from);
  if (source === undefined) throw new Error(`This test does not know COPY ${rest}: teach it.`);
  await mkdir(dirname(join(stage.root, to)), { recursive: true });
  // Nobody looks at that stage again. Docker merges folders, and this takes the place of one.
  await rm(join(stage.root, to), { recursive: true, force: true });
  await rename(join(source.root, path), join(stage.root, to));
}

/** Copies what Docker would send of a directory that its owner alone may read (umask 077). */
export async function copyContext(from: string, to: string, isIgnored: IsIgnored): Promise<void> {
  const walk = async (path: string): Promise<void> => {
    for (const entry of await readdir(join(from, path), { withFileTypes: true })) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      // Nothing is taken back beneath what is left out: no line with `!` names more than one folder.
      if (isIgnored(inner)) continue;
      if (entry.isDirectory()) await walk(inner);
      else {
        await mkdir(dirname(join(to, inner)), { recursive: true, mode: 0o700 });
        await cp(join(from, inner), join(to, inner), { verbatimSymlinks: true });
        await chmod(join(to, inner), 0o600);
      }
    }
  };
  await walk('');
}

/** The package manager is this machine's, and paths begin at the stage's root. */
async function run({ root, workDirectory, env }: Stage, line: string): Promise<void> {
  if (/^npm install --global pnpm@[\d.]+$/.test(line)) return;
  await mkdir(join(root, 'usr/local/bin'), { recursive: true });
  const here = line
    .replaceAll(/(?<=^| )pnpm /g, `${pnpmCommand()} `)
    .replaceAll(/(?<= )\/(?=holdfast|usr)/g, `${root}/`);
  await promisify(execFile)('/bin/sh', ['-c', here], {
    cwd: join(root, workDirectory),
    env: {
      ...inheritedEnv(),
      ...env,
      // Files of its own: the chmod is not for those of this machine's store.
      pnpm_config_prefer_offline: 'true',
      pnpm_config_package_import_method: 'copy',
    },
  });
}

/** Without what Vitest, and pnpm for it, set: with that a build finds what an image does not have. */
function inheritedEnv(): NodeJS.ProcessEnv {
  const isOfVitest = (name: string) =>
    /^(VITEST.*|NODE_PATH|NODE_ENV|TEST|DEV|PROD|MODE|SSR)$/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOfVitest(name)));
}

/** The pnpm that runs the tests; else the one that CONTRIBUTING.md names. */
function pnpmCommand(): string {
  const running = process.env['npm_execpath'] ?? '';
  return /pnpm/.test(running) ? `"${running}"` : 'npx -y pnpm@12';
}
