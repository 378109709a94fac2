import { isAbsolute, dirname, basename } from 'node:path';
import { UsageError } from '@holdfast/command';
import { findProgram, readServicesEnv } from '@holdfast/services';

/** A program that the machine must have. */
export interface Program {
  /** Its name, looked for on PATH and where Debian keeps servers; or its full path. */
  readonly name: string;
  readonly debianPackage: string;
}

/** Not on everybody's PATH. */
const serverDirectories = ['/usr/sbin', '/sbin'];

/**
 * The full path of a program.
 *
 * @throws UsageError, with the line that installs it, where it is missing
 * @example await pathOf({ name: 'haproxy', debianPackage: 'haproxy' }) // '/usr/sbin/haproxy'
 */
export async function pathOf(program: Program): Promise<string> {
  const path = await find(program);
  if (path === null) throw missing([program]);
  return path;
}

/** @throws UsageError, with the line that installs all that is missing */
export async function expectPrograms(programs: readonly Program[]): Promise<void> {
  const found = await Promise.all(programs.map(find));
  const absent = programs.filter((_, index) => found[index] === null);
  if (absent.length > 0) throw missing(absent);
}

function find({ name }: Program): Promise<string | null> {
  if (isAbsolute(name)) return findProgram([basename(name)], [dirname(name)]);
  const { programDirectories } = readServicesEnv();
  return findProgram([name], [...programDirectories, ...serverDirectories]);
}

function missing(programs: readonly Program[]): UsageError {
  const names = programs.map(({ name }) => name).join(', ');
  const packages = [...new Set(programs.map(({ debianPackage }) => debianPackage))].join(' ');
  return new UsageError(
    `This rehearsal needs ${names}. On Debian: apt-get install -y --no-install-recommends ${packages}`,
  );
}
