import { closeSync, openSync, readSync } from 'node:fs';
import type { Variables } from './variables.ts';

const suffix = '_FILE';

/** Far more than a URL or a key needs; a file without an end is not read for ever. */
const secretBytesMax = 65_536;

/** What the files said, and what was wrong with them. Both by the name of the secret. */
export interface SecretsOfFiles {
  readonly values: ReadonlyMap<string, string>;
  readonly problems: ReadonlyMap<string, string>;
}

/**
 * Reads secrets that the environment gives by a path, as containers mount them:
 * `AUTH_SECRET_FILE=/run/secrets/auth_secret` says what AUTH_SECRET is. A file holds one line, and the
 * end of that line does not count. Empty variables count as not set. What is wrong is told as a
 * sentence that names the variable, the path and the fix, and never what the file holds.
 *
 * @example readSecretFiles(process.env, ['AUTH_SECRET']).values.get('AUTH_SECRET')
 */
export function readSecretFiles(variables: Variables, names: readonly string[]): SecretsOfFiles {
  const values = new Map<string, string>();
  const problems = new Map<string, string>();
  for (const name of names) {
    const path = variables[name + suffix] || null;
    if (path === null) continue;
    if (variables[name]) {
      problems.set(name, `${name} and ${name}${suffix} are both set. Remove one of them`);
      continue;
    }
    const { text, problem } = readLine(path);
    if (problem === null) values.set(name, text);
    else problems.set(name, `${name}${suffix} names ${path}, ${problem}`);
  }
  return { values, problems };
}

type Line =
  | { readonly text: string; readonly problem: null }
  | { readonly text: null; readonly problem: string };

function readLine(path: string): Line {
  const wrong = (problem: string) => ({ text: null, problem });
  let bytes: Buffer;
  try {
    bytes = readBytes(path);
  } catch (error) {
    return wrong(problemOf(error));
  }
  if (bytes.length > secretBytesMax) return wrong(`which has more than ${secretBytesMax} bytes`);
  const text = bytes.toString('utf8').replace(/\r?\n$/, '');
  if (text === '') return wrong('which is empty. Write the secret into it');
  if (/[\r\n\0\uFFFD]/.test(text)) {
    return wrong('which is not one line of text. Leave the secret alone in it');
  }
  return { text, problem: null };
}

/** One byte more than may be, where there are more. */
function readBytes(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(secretBytesMax + 1);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(file, bytes, length, bytes.length - length, null);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function problemOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return sentences[code] ?? `which cannot be read (${code})`;
}

const sentences: Readonly<Record<string, string>> = {
  ENOENT: 'which is not there. Mount it, or correct the path',
  EACCES: 'which the user of this process may not read. Change its mode or its owner',
  EISDIR: 'which is a folder. Name the file in it',
  ENOTDIR: 'which is not there. Mount it, or correct the path',
};
