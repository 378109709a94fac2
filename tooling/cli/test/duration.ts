/** How long `20s` or `1m` is. Throws at anything else. */
export function durationMs(text: string | undefined): number {
  const [, count, unit] = /^(\d+)(s|m)$/.exec(text ?? '') ?? [];
  if (count === undefined) throw new Error(`${text} is no duration that is known here.`);
  return Number(count) * (unit === 's' ? 1_000 : 60_000);
}
