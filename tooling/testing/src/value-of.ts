/** What a registry of prom-client's is asked. */
interface Metrics {
  getSingleMetric(
    name: string,
  ): { get(): Promise<{ readonly values: readonly Line[] }> } | undefined;
}

interface Line {
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  readonly value: number;
}

/**
 * What the line of a metric with this name and these labels says now. Throws where there is none.
 *
 * @example await valueOf(registry, 'holdfast_refusals_total', { by: 'redis' })
 */
export async function valueOf(
  registry: Metrics,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  const metric = await registry.getSingleMetric(name)?.get();
  const line = metric?.values.find((value) =>
    Object.entries(labels).every(([label, text]) => value.labels[label] === text),
  );
  if (line === undefined) throw new Error(`There is no line ${name}.`);
  return line.value;
}
