import { fileURLToPath } from 'node:url';

const majorMin = 24;

/**
 * Ends the process, with the fix, where Node is too old to run TypeScript as it is. Called by each
 * `main.js` before anything else, so it is plain JavaScript, and needs nothing that must be installed.
 */
export function requireNode24() {
  if (Number.parseInt(process.versions.node, 10) >= majorMin) return;
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const [, entry = '', ...args] = process.argv;
  const path = entry.startsWith(root) ? entry.slice(root.length) : entry;
  const words = [path, ...args].map((word) => (/^[\w./:=-]+$/.test(word) ? word : `'${word}'`));
  process.stderr.write(
    `Holdfast needs Node ${majorMin} or newer, and this is Node ${process.versions.node}. ` +
      `Its own install has one. In ${root} run:\n` +
      `  npx -y pnpm@12 exec node ${words.join(' ')}\n`,
  );
  process.exit(1);
}
