import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);

/** The folder in which commands of the docs are run. */
export const repositoryRoot = fileURLToPath(root);

/** A part of the guide, and the command that shows what it is here. */
export interface GuideRow {
  readonly part: string;
  readonly command: string;
  readonly wrong: string;
}

export const readText = (path: string) => readFileSync(new URL(path, root), 'utf8');

/** The rows of all tables of docs/from-the-guide.md. */
export function readGuideRows(): readonly GuideRow[] {
  const lines = readText('docs/from-the-guide.md').split('\n');
  return lines
    .filter((line) => line.startsWith('| ') && !line.startsWith('| the guide |'))
    .map((line) => {
      const [part = '', , command = '', wrong = ''] = line.split(' | ');
      return {
        part: part.slice(2),
        command: /^`(pnpm .+)`$/.exec(command)?.[1] ?? '',
        wrong: wrong.replace(/ \|$/, ''),
      };
    });
}

/** Files and parts of paths that a command hands to vitest; `null`: it is another command. */
export function filtersOf(command: string): readonly string[] | null {
  const [, filters] = /^pnpm vitest run (.+)$/.exec(command) ?? [];
  return filters?.split(' ') ?? null;
}

/** `demo.e2e.test.ts` runs it, and looks at what it prints as well. */
const ranAnyway = 'pnpm demo --json';

/** Commands that neither the tests run anyway, nor `.ci/run` as a step of its own. */
export function commandsToRun(): readonly string[] {
  const steps = readText('.ci/run').replaceAll('npx -y pnpm@12', 'pnpm');
  const commands = readGuideRows().map(({ command }) => command);
  return [...new Set(commands)].filter(
    (command) => filtersOf(command) === null && command !== ranAnyway && !steps.includes(command),
  );
}
