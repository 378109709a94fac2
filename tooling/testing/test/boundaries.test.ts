import { beforeAll, describe, expect, test } from 'vitest';
import { compileInDomain } from './compile-in-domain.ts';
import { type Findings, lint } from './lint.ts';

type Case = readonly [folder: string, source: string];

const imports = 'eslint(no-restricted-imports)';
const globals = 'eslint(no-restricted-globals)';
const properties = 'eslint(no-restricted-properties)';

/** What each rule is there to stop. */
const offences: Record<string, readonly Case[]> = {
  [imports]: [
    // The rules import nothing.
    ['packages/domain/src', "import { readFileSync } from 'node:fs'; readFileSync('x');"],
    ['packages/domain/src', "import type { Stats } from 'node:fs'; export type S = Stats;"],
    ['packages/domain/src', "import { v7 } from 'uuid'; export const id = v7();"],
    ['packages/domain/src', "export * from 'zod';"],
    ['packages/domain/src', "export const fs = await import('node:fs');"],
    ['packages/domain/src', "import { commit } from '@holdfast/data'; commit();"],
    ['packages/domain/src', "import { commit } from '../../data/src/commit/commit.ts'; commit();"],
    ['packages/domain/src/adaptations', "import { given } from '../../test/x.ts'; given();"],
    // Of ours, data and admission import domain alone.
    ['packages/data/src', "import { admit } from '@holdfast/redis'; admit();"],
    [
      'packages/data/src',
      "import type { AppRouter } from '@holdfast/api'; export type A = AppRouter;",
    ],
    ['packages/data/src', "import { startServices } from '@holdfast/services'; startServices();"],
    [
      'packages/data/src/schema/entities',
      "import { decide } from '../../../../domain/src/deciding/decide.ts'; decide();",
    ],
    ['packages/redis/src', "import { commit } from '@holdfast/data'; commit();"],
    [
      'packages/redis/src',
      "import { freshPrefix } from '@holdfast/testing'; export const p = freshPrefix();",
    ],
    ['packages/redis/src', "import { env } from 'node:process'; export const url = env;"],
    // The client stands alone, and runs in browsers.
    [
      'packages/client/src',
      "import type { RouterInputs } from '@holdfast/api'; export type I = RouterInputs;",
    ],
    ['packages/client/src', "import { router } from '@holdfast/api'; router();"],
    ['packages/client/src', "export { router } from '@holdfast/api';"],
    ['packages/client/src', "export const api = await import('@holdfast/api');"],
    [
      'packages/client/src',
      "import type { Booking } from '@holdfast/domain'; export type B = Booking;",
    ],
    ['packages/client/src', "import { randomUUID } from 'node:crypto'; randomUUID();"],
    ['packages/client/src', "import { main } from '../../../apps/api/src/main.ts'; main();"],
    // Of ours, the hooks import the client alone.
    [
      'packages/react/src',
      "import type { Booking } from '@holdfast/domain'; export type B = Booking;",
    ],
    ['packages/react/src', "import { randomUUID } from 'node:crypto'; randomUUID();"],
    // Apps import packages, never tooling, and never run each other.
    ['apps/api/src', "import { startServices } from '@holdfast/services'; startServices();"],
    ['apps/api/src', "import { freshDatabase } from '@holdfast/testing'; freshDatabase();"],
    ['apps/api/src', "import { work } from '@holdfast/worker'; work();"],
    ['apps/worker/src', "import { router } from '@holdfast/api'; router();"],
    ['apps/worker/src', "import { start } from '../../api/src/start.ts'; start();"],
    ['apps/worker/src', "import { env } from 'node:process'; export const url = env;"],
    // Nothing imports an app at run time.
    ['tooling/cli/src', "import { router } from '@holdfast/api'; router();"],
    ['tooling/cli/src', "import { start } from '../../../apps/worker/src/start.ts'; start();"],
    ['tooling/cli/test', "import { router } from '@holdfast/api'; router();"],
    ['packages/client/test', "import { start } from '../../../apps/api/src/start.ts'; start();"],
    // Examples import what others can install.
    ['examples/shop/src', "import { commit } from '@holdfast/data'; commit();"],
    ['examples/shop/src', "import { commit } from '@holdfast/engine/committer'; commit();"],
    ['examples/shop/src', "import { sell } from '../../../packages/sales/src/index.ts'; sell();"],
    ['examples/shop/src', "import { randomFrom } from '@holdfast/testing'; randomFrom(1);"],
  ],
  [globals]: [
    ['packages/domain/src', 'export const now = Date.now();'],
    ['packages/domain/src', 'export const now = new Date();'],
    ['packages/domain/src', 'export const now = performance.now();'],
    ['packages/domain/src', 'export const id = crypto.randomUUID();'],
    ['packages/domain/src', "export const answer = fetch('http://example.org');"],
    ['packages/domain/src', 'setTimeout(() => {}, 1);'],
    ['packages/domain/src', 'setInterval(() => {}, 1);'],
    ['packages/domain/src', 'export const home = process.env;'],
    ['packages/domain/src', 'export const now = globalThis.Date.now();'],
    ['packages/domain/src/adaptations', 'export const now = Date.now();'],
    ['packages/client/src', 'export const home = process.cwd();'],
    ['packages/client/src', "export const bytes = Buffer.from('x');"],
  ],
  'typescript(no-import-type-side-effects)': [
    // Without its types, this is an import of the api that runs it.
    [
      'packages/client/src',
      "import { type AppRouter } from '@holdfast/api'; export type A = AppRouter;",
    ],
  ],
  [properties]: [
    ['packages/domain/src', 'export const dice = Math.random();'],
    ['packages/domain/src', 'export const { random } = Math;'],
    ['packages/data/src', 'export const url = process.env.DATABASE_URL;'],
    ['apps/api/src', "export const url = process.env['DATABASE_URL'];"],
    ['apps/worker/src', 'export const { env } = process;'],
    ['tooling/cli/src', 'export const url = process.env.DATABASE_URL;'],
  ],
};

/** What no rule may stop. */
const allowed: readonly Case[] = [
  ['packages/domain/src', "import { decide } from './decide.ts'; export const d = decide;"],
  [
    'packages/domain/src/adaptations',
    "import { decide } from '../decide.ts'; export const d = decide;",
  ],
  ['packages/domain/src', 'export const most = (numbers: number[]) => Math.max(...numbers);'],
  [
    'packages/domain/test',
    "import fc from 'fast-check'; import fs from 'node:fs'; fs.rmSync(fc.uuid().toString());",
  ],
  ['packages/domain/test', "import { decide } from '../src/decide.ts'; decide(Date.now());"],
  [
    'packages/data/src',
    "import { decide } from '@holdfast/domain'; import pg from 'pg'; decide(pg);",
  ],
  [
    'packages/data/src/schema/entities',
    "import { commit } from '../../commit/commit.ts'; commit();",
  ],
  ['packages/redis/src', "import { decide } from '@holdfast/domain'; decide();"],
  [
    'packages/client/src',
    "import { v7 } from 'uuid'; export const id = v7(); export const now = Date.now();",
  ],
  ['packages/react/src', "import { newId } from '@holdfast/client'; export const id = newId();"],
  ['apps/api/src', "import { commit } from '@holdfast/data'; commit();"],
  [
    'apps/api/test',
    "import { freshDatabase } from '@holdfast/testing'; export const url = [freshDatabase(), process.env.HOME];",
  ],
  ['tooling/cli/src', "import type { AppRouter } from '@holdfast/api'; export type A = AppRouter;"],
  ['tooling/cli/src', "import { startServices } from '@holdfast/services'; startServices();"],
  [
    'examples/shop/src',
    "import { openSales } from '@holdfast/sales'; import { decideStock } from '@holdfast/domain/stock'; openSales(decideStock);",
  ],
];

const badNames = [
  'utils',
  'helpers',
  'common',
  'manager',
  'service',
  'booking-service',
  'date.utils',
];
const goodNames = ['capacity', 'relay-outbox', 'service-unavailable', 'reserve.int.test'];

const circle = 'import(no-cycle)';

/** Two or three files that import each other in a ring, or that would if it were closed. */
const rings: Record<string, readonly string[]> = {
  'packages/data/src/types': [
    "import type { Two } from './two.ts'; export type One = Two | 1;",
    "import type { One } from './one.ts'; export type Two = One | 2;",
  ],
  'packages/domain/src/mixed': [
    "import type { Three } from './three.ts'; export const one = (three: Three) => three;",
    "import { one } from './one.ts'; export const two = one;",
    "import { two } from './two.ts'; export type Three = typeof two;",
  ],
  'apps/api/src/types': [
    "import type { Two } from './two.ts'; export type One = Two | 1;",
    "import type { One } from './one.ts'; export type Two = One | 2;",
  ],
  'tooling/cli/src/types': [
    "import type { Two } from './two.ts'; export type One = Two | 1;",
    "import type { One } from './one.ts'; export type Two = One | 2;",
  ],
  'apps/worker/src/types': [
    "import type { Two } from './two.ts'; export type One = Two | 1;",
    "import type { One } from './one.ts'; export type Two = One | 2;",
  ],
  'packages/redis/src/values': [
    "import { two } from './two.ts'; export const one = () => two;",
    "import { one } from './one.ts'; export const two = () => one;",
  ],
};
const openRing = [
  "import type { Two } from './two.ts'; export type One = Two | 1;",
  'export type Two = 2;',
];
const fileNames = ['one', 'two', 'three'] as const;

const sources: Record<string, string> = {};
const pathOf = (folder: string, name: string) => `${folder}/${name}.ts`;

/** What the rules of this world cannot even name: their tsconfig knows neither Node nor a browser. */
const unknownToDomain = [
  "import { readFileSync } from 'node:fs'; readFileSync('x');",
  "export const fs = import('node:fs');",
  'export const home = process.env;',
  "export const answer = fetch('http://example.org');",
  'setTimeout(() => {}, 1);',
  'export const now = performance.now();',
  'export const id = crypto.randomUUID();',
  "console.log('hello');",
  // Younger than ES2022, and not in all places where the rules run.
  'export const sorted = [2, 1].toSorted();',
];

/** Give each case a file of its own, and remember the path. */
function place([folder, source]: Case): [path: string, source: string] {
  const path = pathOf(folder, `case-${Object.keys(sources).length}`);
  sources[path] = `${source}\n`;
  return [path, source];
}

const placedOffences = Object.entries(offences).map(
  ([rule, cases]) => [rule, cases.map(place)] as const,
);
const placedAllowed = allowed.map(place);
for (const name of [...badNames, ...goodNames])
  sources[pathOf('apps/api/src', name)] = 'export {};\n';
for (const [folder, ring] of [
  ...Object.entries(rings),
  ['packages/data/src/open', openRing] as const,
])
  for (const [index, source] of ring.entries())
    sources[pathOf(folder, fileNames[index] ?? '')] = `${source}\n`;
const inEnv = pathOf('apps/worker/src', 'env');
sources[inEnv] = 'export const url = process.env.DATABASE_URL;\n';

let findings: Findings;
beforeAll(async () => {
  findings = await lint(sources);
});

describe.each(placedOffences)('%s stops', (rule, cases) => {
  test.each(cases)('%s: %s', (path) => {
    expect(findings.get(path)).toContain(rule);
  });
});

describe('nothing stops', () => {
  test.each(placedAllowed)('%s: %s', (path) => {
    const rules = [imports, globals, properties];
    expect((findings.get(path) ?? []).filter((rule) => rules.includes(rule))).toEqual([]);
  });

  test('env.ts from reading the environment', () => {
    expect(findings.get(inEnv)).toBeUndefined();
  });
});

describe('files import each other in no circle', () => {
  test.each(Object.entries(rings))('%s: each file of it is refused', (folder, ring) => {
    for (const name of fileNames.slice(0, ring.length)) {
      expect(findings.get(pathOf(folder, name))).toContain(circle);
    }
  });

  test('a line of imports is none', () => {
    expect(findings.get(pathOf('packages/data/src/open', 'one')) ?? []).not.toContain(circle);
  });
});

describe('a file is named after its subject', () => {
  test.each(badNames)('%s is refused', (name) => {
    expect(findings.get(pathOf('apps/api/src', name))).toContain('holdfast(file-name)');
  });

  test.each(goodNames)('%s is not', (name) => {
    expect(findings.get(pathOf('apps/api/src', name)) ?? []).not.toContain('holdfast(file-name)');
  });
});

describe('the tsconfig of domain', () => {
  const last = 'export const most = Math.max(1, 2);';
  let complaints: ReadonlyMap<string, readonly string[]>;
  beforeAll(async () => {
    complaints = await compileInDomain([...unknownToDomain, last]);
  });

  test.each(unknownToDomain)('does not compile %s', (source) => {
    expect(complaints.get(source)).not.toEqual([]);
  });

  test('compiles what is pure', () => {
    expect(complaints.get(last)).toEqual([]);
  });
});
