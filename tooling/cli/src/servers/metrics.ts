/** One measured value, as Prometheus' text format has it. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A server of this machine answers at once, or is in trouble. */
const answerTimeoutMs = 2_000;

/** Processes with an admin server each. */
interface Metered {
  readonly apiAdminUrls: () => readonly string[];
  readonly adminToken: string;
}

/**
 * Reads the metrics of each process.
 *
 * @throws Error where one does not answer within 2 s, or not with metrics
 */
export function readMetrics({ apiAdminUrls, adminToken }: Metered) {
  return Promise.all(apiAdminUrls().map((url) => readFrom(url, adminToken)));
}

/** As `readMetrics`. A process that does not answer says nothing. */
export function readMetricsWhereUp({ apiAdminUrls, adminToken }: Metered) {
  const read = (url: string) => readFrom(url, adminToken).catch((): readonly Sample[] => []);
  return Promise.all(apiAdminUrls().map(read));
}

async function readFrom(adminUrl: string, token: string): Promise<readonly Sample[]> {
  const response = await fetch(`${adminUrl}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(answerTimeoutMs),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${adminUrl}/metrics answered ${response.status}.`);
  return parseMetrics(text);
}

/**
 * Reads Prometheus' text format: lines of a name, labels and a value; comments are left out.
 *
 * @example parseMetrics('a_total{by="redis"} 3') // [{ name: 'a_total', labels: { by: 'redis' }, value: 3 }]
 */
export function parseMetrics(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
    if (name === undefined || value === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
    const named = Object.fromEntries(pairs.map(([, label = '', is = '']) => [label, is]));
    return [{ name, labels: named, value: Number(value) }];
  });
}

/** The sum of the samples of this name that have these labels, whatever else they have. */
export function sumOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const isMeant = (sample: Sample) =>
    sample.name === name && Object.entries(labels).every(([key, is]) => sample.labels[key] === is);
  return samples.filter(isMeant).reduce((sum, { value }) => sum + value, 0);
}
