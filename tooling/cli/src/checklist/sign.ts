import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { promisify } from 'node:util';
import { ending } from '../stack/repository.ts';
import type { Point } from './point.ts';

/** Who ran a list, when, and of what. */
export interface Signature {
  readonly by: string;
  /** ISO 8601, in UTC. */
  readonly at: string;
  /** The commit, with `+changes` where files differ from it; `unknown` where there is no git. */
  readonly commit: string;
  readonly versions: {
    readonly node: string;
    readonly postgres: string;
    readonly redis: string | null;
  };
}

/** What `checklist --json` prints. */
export interface SignedList {
  readonly points: readonly Point[];
  readonly verdict: 'pass' | 'fail';
  readonly signed: Signature;
  /** SHA-256 of this JSON without its digest, in hexadecimal. */
  readonly digest: string;
}

/**
 * Puts the verdict, who ran it, and a digest under the points. The digest shows that nobody has changed the
 * list afterwards, where it is kept apart from it; it does not prove who ran it.
 *
 * @example sign(points, signature).digest // 'e3b0c442…'
 */
export function sign(points: readonly Point[], signed: Signature): SignedList {
  const isPassed = points.length > 0 && points.every(({ passed }) => passed);
  const list = { points, verdict: isPassed ? 'pass' : 'fail', signed } as const;
  return { ...list, digest: createHash('sha256').update(JSON.stringify(list)).digest('hex') };
}

/** Who runs this, when, and of which commit. */
export async function signatureOf(versions: {
  readonly postgres: string;
  readonly redis: string | null;
}): Promise<Signature> {
  return {
    by: `${userInfo().username}@${hostname()}`,
    at: new Date().toISOString(),
    commit: await readCommit(),
    versions: { node: process.versions.node, ...versions },
  };
}

async function readCommit(): Promise<string> {
  // Where it is installed, compiled, the folder above it is somebody else's.
  if (ending !== '.ts') return 'unknown';
  const git = async (...args: readonly string[]) =>
    (await promisify(execFile)('git', ['-C', import.meta.dirname, ...args])).stdout.trim();
  try {
    const commit = await git('rev-parse', 'HEAD');
    return (await git('status', '--porcelain')) === '' ? commit : `${commit}+changes`;
  } catch {
    return 'unknown';
  }
}
