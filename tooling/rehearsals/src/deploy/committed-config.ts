import { fileURLToPath } from 'node:url';

/** The path of a file of deploy/proxy. */
export function committedConfig(name: string): string {
  return fileURLToPath(new URL(`../../../../deploy/proxy/${name}`, import.meta.url));
}
