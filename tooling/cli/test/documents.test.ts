import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { filtersOf, readText, repositoryRoot } from './guide-rows.ts';
import { documents } from './snippets.ts';
import { testFiles } from './test-files.ts';

const all = documents();

/** Each `pnpm …` in a text, a comment behind it left out. */
function commandsIn(document: string): readonly string[] {
  const text = readText(document);
  const inline = [...text.matchAll(/`(pnpm [^`]+)`/g)].map(([, command = '']) => command);
  const inBlocks = [...text.matchAll(/^ *(?:npx -y )?(pnpm [^#\n]+)/gm)].map(
    ([, line = '']) => line,
  );
  return [...inline, ...inBlocks].map((command) => command.trim());
}

test('each test that a document names is there, and runs here', () => {
  const files = testFiles();
  const filters = all
    .flatMap(commandsIn)
    .flatMap((command) => filtersOf(command) ?? [])
    .filter((filter) => !filter.startsWith('-'));
  expect(filters.length).toBeGreaterThan(40);
  expect(filters.filter((filter) => !files.some((file) => file.includes(filter)))).toEqual([]);
});

test('each command that a document names is one of the repository', () => {
  const { scripts } = JSON.parse(readText('package.json'));
  const ofPnpm = ['exec', 'install', 'vitest', '--silent', '--filter', 'dlx', 'store'];
  const known = new Set([...Object.keys(scripts), ...ofPnpm]);
  const words = all.flatMap(commandsIn).map((command) => command.split(/[ ;]/)[1] ?? '');
  expect(words.length).toBeGreaterThan(60);
  expect(words.filter((word) => !known.has(word.replace('@12', '')))).toEqual([]);
});

test('each file that a document links to is there', () => {
  const links = all.flatMap((document) =>
    [...readText(document).matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)/g)].map(([, link = '']) =>
      resolve(repositoryRoot, dirname(document), link),
    ),
  );
  expect(links.length).toBeGreaterThan(60);
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
});

test('each part of a document that a link names is there', () => {
  const links = all.flatMap((document) =>
    [...readText(document).matchAll(/\]\(([^)#\s:]*\.md|)#([^)\s]+)\)/g)].map(
      ([, file = '', part = '']) => ({
        document,
        part,
        path: file === '' ? document : relative('/', resolve('/', dirname(document), file)),
      }),
    ),
  );
  expect(links.length).toBeGreaterThan(40);
  expect(links.filter(({ path, part }) => !partsOf(path).has(part))).toEqual([]);
});

/** The names by which GitHub links to a document's headings. */
function partsOf(document: string): ReadonlySet<string> {
  const headings = [...readText(document).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1'),
  );
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test('each picture that a document shows is there, in light and dark, and each there is is shown', () => {
  const shown = all.flatMap((document) =>
    [...readText(document).matchAll(/(?:src|srcset)="([^"]+\.png)"/g)].map(([, path = '']) =>
      resolve(repositoryRoot, dirname(document), path),
    ),
  );
  const folder = resolve(repositoryRoot, 'docs/screenshots');
  const there = readdirSync(folder).map((name) => resolve(folder, name));
  expect(there.length).toBeGreaterThan(10);
  expect([...new Set(shown)].toSorted()).toEqual(there.toSorted());
  const heavy = there.filter((path) => statSync(path).size > pictureBytesMax);
  expect(heavy).toEqual([]);
});

/** As `pnpm screenshots` has it. */
const pictureBytesMax = 150_000;
