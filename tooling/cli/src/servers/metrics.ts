/** One measured value, as Prometheus' text format has it. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A server of this machine answers at once, or is in trouble. */
const answerTimeoutMs = 2_000;

/**
 * Reads the metrics of one process.
 *
 * @param adminUrl its admin server, without a path
 * @throws Error where it does not answer within 2 s, or not with metrics
 */
export async function readMetrics(adminUrl: string, token: string): Promise<readonly Sample[]> {
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
    return [{ name, labels: parseLabels(labels), value: Number(value) }];
  });
}

function parseLabels(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

/** The sum of the samples of this name that have these labels, whatever else they have. */
export function sumOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([key, is]) => sample.labels[key] === is))
    .reduce((sum, { value }) => sum + value, 0);
}
