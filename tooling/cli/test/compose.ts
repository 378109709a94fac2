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
  readonly deploy?: { readonly replicas: number };
  readonly tmpfs?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly secrets?: readonly string[];
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[]; readonly timeout: string };
  readonly stop_grace_period?: string;
  readonly logging?: { readonly options: Readonly<Record<string, string>> };
}

type ServiceName = 'postgres' | 'redis' | 'migrate' | 'api' | 'proxy' | 'worker';

export interface Compose {
  readonly services: Readonly<Record<ServiceName, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
}

/** docker-compose.yml as it stands. */
const composeText = readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8');

/**
 * Reads docker-compose.yml as `docker compose` does with these variables: `${NAME:-otherwise}` is one of
 * them, and `$$` a dollar sign.
 */
export function readCompose(variables: Readonly<Record<string, string>>): Compose {
  const value = (text: string): string =>
    text.replaceAll(/\$\$|\$\{(\w+)(?::-([^}]*))?\}/g, (all, name?: string, otherwise = '') =>
      name === undefined ? '$' : variables[name] || otherwise || unset(all),
    );
  return parse(composeText, (_, node: unknown) => (typeof node === 'string' ? value(node) : node), {
    merge: true,
  });
}

function unset(reference: string): never {
  throw new Error(`docker-compose.yml has ${reference}, and nothing for where it is not set.`);
}

/** What stands in a service as `/run/secrets/NAME`. */
export function secretsReadBy(service: Service): readonly string[] {
  const text = JSON.stringify([service.command, service.environment, service.healthcheck]);
  const names = [...text.matchAll(/\/run\/secrets\/(\w+)/g)].flatMap(([, name]) => name ?? []);
  return [...new Set(names)];
}
