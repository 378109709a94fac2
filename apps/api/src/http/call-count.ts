/**
 * How many calls a request makes, by its path: tRPC's batches have a comma between them.
 *
 * @example callCountOf('/trpc/event.get,event.list?batch=1') // 2
 */
export function callCountOf(url: string): number {
  const queryAt = url.indexOf('?');
  const end = queryAt === -1 ? url.length : queryAt;
  let count = 1;
  for (let at = url.indexOf(','); at !== -1 && at < end; at = url.indexOf(',', at + 1)) count += 1;
  return count;
}
