import type { Registry } from 'prom-client';

/** What the line of a metric with this name and these labels says now. */
export async function valueOf(
  registry: Registry,
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
