import { readFileSync } from 'node:fs';

/** Who docs/operations.md makes a Redis user for. */
export type AclUser = 'holdfast_api' | 'holdfast_worker';

const operations = new URL('../../../docs/operations.md', import.meta.url);

/** The rules that docs/operations.md gives a user, without the password. */
export function documentedRules(user: AclUser): readonly string[] {
  const text = readFileSync(operations, 'utf8').replaceAll(/ \\\n\s+/g, ' ');
  const line = text.split('\n').find((one) => one.startsWith(`ACL SETUSER ${user} `));
  if (line === undefined) throw new Error(`docs/operations.md has no ACL line of ${user}.`);
  return line
    .split(' ')
    .slice(3)
    .filter((rule) => !rule.startsWith('>'));
}

/** The same over the keys of another prefix. */
export function rulesFor(rules: readonly string[], prefix: string): readonly string[] {
  return rules.map((rule) => rule.replace(/(?<=^~\{?)holdfast\b/, prefix));
}
