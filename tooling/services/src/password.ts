import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

/**
 * The password kept in a file, made on the first call. Loopback is open to every user of a machine,
 * and the owner of a database can run programs through it: even a server for tests has a password.
 */
export async function ensurePassword(path: string): Promise<string> {
  const password = randomBytes(24).toString('hex');
  try {
    await writeFile(path, password, { mode: 0o600, flag: 'wx' });
    return password;
  } catch {
    return (await readFile(path, 'utf8')).trim();
  }
}
