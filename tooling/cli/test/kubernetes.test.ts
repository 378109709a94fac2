import { describe, expect, test } from 'vitest';
import { readCompose } from './compose.ts';
import { readText } from './guide-rows.ts';
import { environmentOf, manifestOf, podOf, readManifests } from './manifests.ts';

const { services } = readCompose({});
const pods = {
  api: podOf('Deployment', 'holdfast-api'),
  worker: podOf('Deployment', 'holdfast-worker'),
  migrate: podOf('Job', 'holdfast-migrate'),
};

describe.each(Object.entries(pods))('the pod of %s', (name, pod) => {
  const [container] = pod.containers;

  test('can write nowhere but in memory, gain no rights, and be nobody else', () => {
    expect(pod.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const writable = pod.volumes.filter(({ secret }) => secret === undefined);
    expect(writable.map(({ emptyDir }) => emptyDir)).toEqual([
      { medium: 'Memory', sizeLimit: '64Mi' },
    ]);
  });

  test('has no way to talk to the cluster, and is not told of its services', () => {
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.enableServiceLinks).toBe(false);
  });

  test('has a bound on its memory, and asks for what it takes', () => {
    const { requests, limits } = container.resources;
    expect(Object.keys(requests)).toEqual(['cpu', 'memory']);
    const composed = services[name as keyof typeof pods].mem_limit ?? '';
    expect(limits['memory']).toBe(composed.replace('m', 'Mi').replace('g', 'Gi'));
  });

  test('runs what docker-compose.yml runs', () => {
    expect(container.args).toEqual(services[name as keyof typeof pods].command);
  });

  test('takes its secrets from files, each of which is mounted, and it mounts no other', () => {
    const secret = pod.volumes.find((one) => one.secret !== undefined)?.secret;
    expect(secret?.secretName).toBe(name === 'migrate' ? 'holdfast-owner' : 'holdfast');
    expect(secret?.defaultMode).toBe(0o440);
    const mounted = secret?.items.map(({ path }) => `/run/secrets/${path}`);
    const environment = environmentOf(container);
    const read = Object.values(environment).filter((value) => value.startsWith('/run/'));
    expect(read.toSorted()).toEqual(mounted?.toSorted());
    const isSecret = /PASSWORD|SECRET|TOKEN|_URL/;
    const names = Object.keys(environment).filter((one) => isSecret.test(one));
    expect(names.filter((one) => !one.endsWith('_FILE'))).toEqual([]);
  });

  test('has no setting but those that docs/operations.md lists', () => {
    const settings = Object.keys(environmentOf(container)).map((one) => one.replace(/_FILE$/, ''));
    const operations = readText('docs/operations.md');
    expect(settings.length).toBeGreaterThan(0);
    expect(settings.filter((one) => !operations.includes(`\`${one}\``))).toEqual([]);
  });
});

test('there is no secret among the manifests', () => {
  const kinds = readManifests().map(({ kind }) => kind);
  expect(kinds.length).toBeGreaterThan(15);
  expect(kinds).not.toContain('Secret');
});

describe.each(['api', 'worker'] as const)('%s', (name) => {
  const [container] = pods[name].containers;

  test('is asked by each probe what docs/operations.md says, on a port that it has', () => {
    const [live, ready, port] =
      name === 'api'
        ? ['/trpc/health.live', '/trpc/health.ready', 'http']
        : ['/health/live', '/health/ready', 'admin'];
    expect(container.startupProbe?.httpGet).toEqual({ path: live, port });
    expect(container.livenessProbe?.httpGet).toEqual({ path: live, port });
    expect(container.readinessProbe?.httpGet).toEqual({ path: ready, port });
    expect(container.ports?.map((one) => one.name)).toContain(port);
  });

  test('may lose one pod at a time, and has another one then', () => {
    const { spec } = manifestOf('PodDisruptionBudget', `holdfast-${name}`);
    expect(spec).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
    const count =
      manifestOf('Deployment', `holdfast-${name}`).spec.replicas ??
      manifestOf('HorizontalPodAutoscaler', `holdfast-${name}`).spec.minReplicas;
    expect(count).toBeGreaterThan(1);
  });

  test('is what its budget, its rules and its service mean', () => {
    const { spec } = manifestOf('Deployment', `holdfast-${name}`);
    const { labels } = spec.template.metadata;
    const policy = manifestOf('NetworkPolicy', `holdfast-${name}`).spec.podSelector;
    const budget = manifestOf('PodDisruptionBudget', `holdfast-${name}`).spec.selector;
    const [spread] = spec.template.spec.topologySpreadConstraints;
    for (const selector of [spec.selector, policy, budget, spread.labelSelector]) {
      expect(selector).toEqual({ matchLabels: labels });
    }
  });
});

test('the service leads to the port of the api, and the ingress to the service', () => {
  const { spec } = manifestOf('Service', 'holdfast-api');
  const { labels } = manifestOf('Deployment', 'holdfast-api').spec.template.metadata;
  expect(spec.selector).toEqual(labels);
  const [port] = spec.ports;
  expect(pods.api.containers[0].ports).toContainEqual({
    name: port.targetPort,
    containerPort: 3000,
  });
  const [rule] = manifestOf('Ingress', 'holdfast').spec.rules;
  expect(rule.http.paths[0].backend.service).toEqual({
    name: 'holdfast-api',
    port: { name: port.name },
  });
});

test('a pod that ends is given the time that its process takes', () => {
  const environment = environmentOf(pods.api.containers[0]);
  const [delayMs, timeoutMs] = ['DRAIN_DELAY_MS', 'DRAIN_TIMEOUT_MS'].map((one) =>
    Number(environment[one]),
  );
  const requestTimeoutMs = 8_000;
  expect(delayMs).toBeGreaterThanOrEqual(5_000);
  expect((delayMs ?? 0) + requestTimeoutMs).toBeLessThan(timeoutMs ?? 0);
  expect((pods.api.terminationGracePeriodSeconds ?? 0) * 1_000).toBeGreaterThan(timeoutMs ?? 0);
  expect(pods.worker.terminationGracePeriodSeconds).toBeGreaterThan(25);
});

test('PostgreSQL has connections for all the pods that there may be', () => {
  const { maxReplicas } = manifestOf('HorizontalPodAutoscaler', 'holdfast-api').spec;
  const { maxSurge } = manifestOf('Deployment', 'holdfast-api').spec.strategy.rollingUpdate;
  const ofAnApi = Number(environmentOf(pods.api.containers[0])['DATABASE_POOL_SIZE']) + 2;
  expect((maxReplicas + maxSurge) * ofAnApi + 20).toBeLessThanOrEqual(97);
});

test('whoever is not named reaches nobody, and is reached by nobody', () => {
  expect(manifestOf('NetworkPolicy', 'nothing-else').spec).toEqual({
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
  });
  const policies = readManifests().filter(({ kind }) => kind === 'NetworkPolicy');
  const sources = policies.flatMap(({ spec }) => spec.ingress ?? []).map(({ from }) => from);
  expect(sources.length).toBeGreaterThan(1);
  for (const from of sources) expect(from).toEqual([{ namespaceSelector: expect.anything() }]);
});

test('the proxy in front holds back no answer that goes on, and repeats no call', () => {
  const { metadata } = manifestOf('Ingress', 'holdfast') as {
    readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  };
  expect(metadata.annotations).toMatchObject({
    'nginx.ingress.kubernetes.io/proxy-buffering': 'off',
    'nginx.ingress.kubernetes.io/proxy-read-timeout': '3600',
    'nginx.ingress.kubernetes.io/proxy-next-upstream': 'off',
  });
});

test('each file is a resource of one of the kustomizations, which name no other', () => {
  const kustomizations = readManifests().filter(({ kind }) =>
    ['Kustomization', 'Component'].includes(kind),
  ) as unknown as readonly { file: string; resources?: string[]; components?: string[] }[];
  const named = kustomizations.flatMap(({ file, resources = [] }) => {
    const base = file.replace(/kustomization\.yaml$/, '');
    return resources.map((resource) => base + resource);
  });
  const others = readManifests()
    .map(({ file }) => file)
    .filter((file) => !file.endsWith('kustomization.yaml'));
  expect(named.toSorted()).toEqual([...new Set(others)].toSorted());
  // Both know the image from the same place.
  const ofImages = kustomizations.flatMap(({ components = [] }) => components);
  expect(ofImages.toSorted()).toEqual(['../image', 'image']);
});
