/** A process that did not take a call gets no new ones for so long. */
const restMs = 500;

/**
 * A `fetch` that spreads calls over the processes of an api in turn, as a load balancer would, and
 * leaves out those that did not answer a moment ago, unless there is no other. It repeats nothing:
 * that is for the client, whose next attempt may then reach another process.
 *
 * @param urls the processes, without a path
 * @example createHoldfastClient({ url: urls[0], token, fetch: fetchOver(urls) })
 */
export function fetchOver(
  urls: readonly string[],
  send: typeof fetch = fetch,
  now: () => number = () => performance.now(),
): typeof fetch {
  const resting = new Map<string, number>();
  let turn = 0;
  const next = (): string => {
    const awake = urls.filter((url) => (resting.get(url) ?? 0) <= now());
    const choice = awake.length > 0 ? awake : urls;
    const url = choice[turn++ % choice.length];
    if (url === undefined) throw new Error('A router needs the url of an api.');
    return url;
  };
  return async (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    const url = next();
    try {
      return await send(new URL(pathname + search, url), init);
    } catch (error) {
      resting.set(url, now() + restMs);
      throw error;
    }
  };
}
