import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repositoryRoot } from './image.ts';

/** What is read of a service. */
export interface Service {
  readonly image?: string;
  readonly build?: unknown;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly privileged?: boolean;
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly pids_limit?: number;
  readonly restart?: string;
  readonly tmpfs?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[]; readonly timeout: string };
}

export type Services = Readonly<
  Record<'postgres' | 'redis' | 'migrate' | 'api' | 'worker', Service>
>;

/** docker-compose.yml as it stands. */
export const composeText = readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8');

/**
 * Reads docker-compose.yml as `docker compose` does with these variables.
 *
 * @throws Error that names a variable which has to be set, and is not
 */
export function readCompose(variables: Readonly<Record<string, string>>): Services {
  const value = (text: string): string =>
    text.replaceAll(/\$\{(\w+)(:[-?][^}]*)?\}/g, (_, name: string, otherwise = '') => {
      const given = variables[name] ?? '';
      const rest = otherwise.slice(2);
      if (given !== '') return given;
      if (otherwise.startsWith(':?')) throw new Error(`${name}: ${rest}`);
      return rest;
    });
  return parse(composeText, (_, node: unknown) => (typeof node === 'string' ? value(node) : node), {
    merge: true,
  }).services;
}
