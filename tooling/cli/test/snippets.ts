import { globSync } from 'node:fs';
import { readText, repositoryRoot } from './guide-rows.ts';

/** A piece of code in a document: which document, the how many-th of its language there, and the code. */
export interface Snippet {
  readonly document: string;
  readonly language: string;
  /** From 1. */
  readonly place: number;
  readonly code: string;
}

/** The documents that people read. Those of the examples have tests of their own. */
export function documents(): readonly string[] {
  const patterns = ['*.md', 'docs/**/*.md', '{packages,apps,tooling}/*/README.md'];
  return globSync(patterns, { cwd: repositoryRoot }).toSorted();
}

/** The snippets of a document: blocks between three backticks, in lists, too. */
export function snippetsOf(document: string): readonly Snippet[] {
  const counts = new Map<string, number>();
  const blocks = readText(document).matchAll(/^( *)```(\w*)\n([^]*?)^\1```$/gm);
  return [...blocks].map(([, indent = '', language = '', code = '']) => {
    const place = (counts.get(language) ?? 0) + 1;
    counts.set(language, place);
    return { document, language, place, code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), '') };
  });
}

/** One snippet. Throws where the document has none there. */
export function snippetAt(document: string, language: string, place = 1): string {
  const found = snippetsOf(document).find(
    (one) => one.language === language && one.place === place,
  );
  if (found === undefined) throw new Error(`${document} has no ${language} snippet ${place}.`);
  return found.code;
}
