#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

const majorMin = 24;

if (Number.parseInt(process.versions.node, 10) >= majorMin) {
  await import('@holdfast/cli');
} else {
  runOn(installedNode());
}

/** The Node that is installed with this package, where its platform has one. */
function installedNode() {
  try {
    const name = `node-${process.platform}-${process.arch}/bin/node`;
    return createRequire(import.meta.url).resolve(name);
  } catch {
    process.stderr.write(
      `Holdfast needs Node ${majorMin} or newer, and this is Node ${process.versions.node}. Install one, and call it again.\n`,
    );
    return process.exit(1);
  }
}

/** @param {string} node */
function runOn(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  // Ctrl-C reaches both by the terminal; a signal to this process alone is handed on.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    process.stderr.write(`${node} could not be run: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('close', (code) => (process.exitCode = code ?? 1));
}
