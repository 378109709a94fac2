#!/usr/bin/env node
const majorMin = 24;

if (Number.parseInt(process.versions.node, 10) < majorMin) {
  process.stderr.write(
    `Holdfast needs Node ${majorMin} or newer, and this is Node ${process.versions.node}. Install one, or run: npx -p node@${majorMin} -c 'holdfast --help'\n`,
  );
  process.exit(1);
}
await import('@holdfast/cli');
