import type { Limit, Taken } from './limit.ts';

type Headers = Readonly<Record<string, string>>;

const none: Headers = {};
const policyTexts = new WeakMap<Limit, string>();

/**
 * What an answer says of the limits that its call was counted under, as the IETF has it
 * (draft-ietf-httpapi-ratelimit-headers-11): what they are, and what is left. Counted are calls: each call
 * of a batch is one.
 *
 * @example rateHeadersOf([taken]) // { ratelimit: '"user";r=280;t=10', 'ratelimit-policy': '"user";q=300;w=10' }
 */
export function rateHeadersOf(taken: readonly Taken[], nowMs = performance.now()): Headers {
  let [left, policies] = ['', ''];
  for (const each of taken) {
    const before = left === '' ? '' : ', ';
    left += before + itemOf(each, nowMs);
    policies += before + policyOf(each.limit);
  }
  return left === '' ? none : { ratelimit: left, 'ratelimit-policy': policies };
}

function itemOf({ limit, remaining, endsAtMs }: Taken, nowMs: number): string {
  const resetSeconds = Math.ceil(Math.max(0, endsAtMs - nowMs) / 1_000);
  return `"${limit.name}";r=${remaining};t=${resetSeconds}`;
}

function policyOf(limit: Limit): string {
  const known = policyTexts.get(limit);
  if (known !== undefined) return known;
  const policy = `"${limit.name}";q=${limit.countMax};w=${limit.windowSeconds}`;
  policyTexts.set(limit, policy);
  return policy;
}
