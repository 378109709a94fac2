import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { repositoryRoot } from './image.ts';

/** What is read of a container. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, string>>;
  };
  readonly securityContext: unknown;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

/** What is read of a pod. */
export interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly enableServiceLinks: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext: unknown;
  readonly containers: readonly [Container];
  readonly volumes: readonly {
    readonly name: string;
    readonly secret?: {
      readonly secretName: string;
      readonly defaultMode: number;
      readonly items: readonly { readonly key: string; readonly path: string }[];
    };
    readonly emptyDir?: unknown;
  }[];
}

/** One object, of any kind. `spec` is as its kind has it: only what a test looks at is typed. */
export interface Manifest {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly spec?: any;
  readonly data?: Readonly<Record<string, string>>;
}

const folder = join(repositoryRoot, 'deploy/kubernetes');

/** Every object of deploy/kubernetes, as it stands there. */
export function readManifests(): readonly Manifest[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .toSorted()
    .flatMap((file) =>
      parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => {
        const [error] = document.errors;
        if (error !== undefined) throw error;
        return { file, ...(document.toJS() as Omit<Manifest, 'file'>) };
      }),
    );
}

/** The one of this kind and name. */
export function manifestOf(kind: string, name: string): Manifest {
  const found = readManifests().filter((one) => one.kind === kind && one.metadata.name === name);
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(`deploy/kubernetes has ${found.length} of ${kind} ${name}.`);
  }
  return found[0];
}

/** The pod that a Deployment or a Job makes. */
export function podOf(kind: 'Deployment' | 'Job', name: string): PodSpec {
  return manifestOf(kind, name).spec.template.spec;
}

/** A container's environment: what it says itself, and the settings that it refers to. */
export function environmentOf({ env, envFrom = [] }: Container): Record<string, string> {
  const referred = envFrom.map(({ configMapRef: { name } }) => manifestOf('ConfigMap', name).data);
  return Object.assign(
    {},
    ...referred,
    Object.fromEntries(env.map(({ name, value }) => [name, value])),
  );
}
