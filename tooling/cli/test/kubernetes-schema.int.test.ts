import { expect, test } from 'vitest';
import { problemsOf } from './manifest-problems.ts';
import { type Manifest, manifestOf, readManifests } from './manifests.ts';

/** What kustomize reads is no object of Kubernetes. */
const isObject = ({ apiVersion }: Manifest) => !apiVersion.startsWith('kustomize.');

test('each manifest is what the schemas of Kubernetes say', async () => {
  const manifests = readManifests().filter(isObject);
  const problems = await problemsOf(manifests);
  const found = manifests.map(({ file, kind }, index) => [file, kind, problems[index]]);
  expect(found.length).toBeGreaterThan(12);
  expect(found.filter(([, , of]) => of?.length !== 0)).toEqual([]);
});

type Place = Record<string | number, unknown>;

/** A copy of a manifest with another value at this path; without one, where there is none. */
function changed(manifest: Manifest, path: string, value?: unknown): Manifest {
  const copy = structuredClone(manifest);
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let place = copy as unknown as Place;
  for (const step of steps) place = place[step] as Place;
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

const api = manifestOf('Deployment', 'holdfast-api');
const worker = manifestOf('Deployment', 'holdfast-worker');
const pod = 'spec.template.spec';

const wrong: readonly (readonly [string, Manifest, string])[] = [
  ['a key that there is not, in a pod', changed(api, `${pod}.gracePeriod`, 1), '"gracePeriod"'],
  [
    'a key in other letters, in a container',
    changed(api, `${pod}.containers.0.securityContext.readOnlyRootFileSystem`, true),
    '"readOnlyRootFileSystem"',
  ],
  [
    'a key that there is not, in a probe',
    changed(worker, `${pod}.containers.0.livenessProbe.httpGet.prot`, 'http'),
    '"prot"',
  ],
  ['a key that is missing', changed(worker, 'spec.selector'), 'selector'],
  ['a text that should be a number', changed(worker, 'spec.replicas', '2'), "'string' is not"],
  [
    'a key that there is not, of an autoscaler',
    changed(manifestOf('HorizontalPodAutoscaler', 'holdfast-api'), 'spec.min', 2),
    '"min"',
  ],
  [
    'a key that there is not, of a rule of the network',
    changed(manifestOf('NetworkPolicy', 'holdfast-api'), 'spec.ingres', []),
    '"ingres"',
  ],
  [
    'a key that there is not, of a kind that Kubernetes does not have by itself',
    changed(manifestOf('PodMonitor', 'holdfast'), 'spec.podMetrics', []),
    '"podMetrics"',
  ],
  [
    'a version that there is not',
    changed(manifestOf('PodDisruptionBudget', 'holdfast-api'), 'apiVersion', 'policy/v2'),
    'Cannot find module',
  ],
];

test('a wrong key, a wrong type, a wrong version and what is missing are found, however deep', async () => {
  const problems = await problemsOf(wrong.map(([, manifest]) => manifest));
  const found = wrong.filter(([, , sign], index) => problems[index]?.join('\n').includes(sign));
  expect(found.map(([what]) => what)).toEqual(wrong.map(([what]) => what));
});

test('a kustomization says what kustomize reads, and nothing else', () => {
  const known = ['file', 'apiVersion', 'kind', 'namespace', 'components', 'resources', 'images'];
  const others = readManifests().filter((one) => !isObject(one));
  expect(others.length).toBeGreaterThan(2);
  expect(others.flatMap(Object.keys).filter((key) => !known.includes(key))).toEqual([]);
});
