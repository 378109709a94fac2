/**
 * The packages that others can install, by their folder's name. Each stands after those that it
 * needs, because it is compiled against what those have become.
 */
export const packedNames = [
  'domain',
  'server-urls',
  'process',
  'redis',
  'data',
  'engine',
  'auth',
  'client',
  'react',
  'sales',
] as const;

/** What the `holdfast` package carries along besides: nobody installs these alone. */
export const bundledNames = [
  'telemetry',
  'command',
  'report',
  'services',
  'api',
  'web',
  'worker',
  'cli',
] as const;

export type PackedName = (typeof packedNames)[number] | (typeof bundledNames)[number];

/** All that `holdfast` carries along of ours: own tables are sold, and pages made, by programs of a team's own. */
export const carriedNames: readonly PackedName[] = [
  ...packedNames.filter((name) => name !== 'sales' && name !== 'react'),
  ...bundledNames,
];
