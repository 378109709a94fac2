/** Does Docker leave this path of the build context out? */
export type IsIgnored = (path: string) => boolean;

interface Rule {
  readonly takesBack: boolean;
  readonly pattern: RegExp;
}

/**
 * Reads a .dockerignore as Docker does: each line is for a path and for all beneath it, and the last line
 * that fits decides.
 *
 * @example readDockerIgnore('*\n!apps\n**\/.*')('apps/api/.env') // true
 */
export function readDockerIgnore(text: string): IsIgnored {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(toRule);
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.takesBack === false;
}

function toRule(line: string): Rule {
  const takesBack = line.startsWith('!');
  const glob = takesBack ? line.slice(1) : line;
  const source = glob.replaceAll(
    /\*\*\/|\*\*|\*|\?|[.+^${}()|\\]/g,
    (sign) => signs[sign] ?? `\\${sign}`,
  );
  return { takesBack, pattern: new RegExp(`^${source}(/|$)`) };
}

const signs: Readonly<Record<string, string>> = {
  '**/': '(.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};
