/** What a fault says about the attempt that met it. */
interface FaultRule {
  /** May the same command be sent again, with the same id, in the hope of a better answer? */
  readonly isRetriable: boolean;
  /** May this attempt have taken effect all the same? Then nobody may say that nothing happened. */
  readonly mayHaveActed: boolean;
}

const final: FaultRule = { isRetriable: false, mayHaveActed: false };
const retriable: FaultRule = { isRetriable: true, mayHaveActed: false };
const inDoubt: FaultRule = { isRetriable: true, mayHaveActed: true };
const finalInDoubt: FaultRule = { isRetriable: false, mayHaveActed: true };

const rules = {
  // Said by the api.
  bad_input: final,
  unauthenticated: final,
  forbidden: final,
  not_found: final,
  method_not_allowed: final,
  request_timeout: final,
  payload_too_large: final,
  unsupported_media_type: final,
  headers_too_large: final,
  overloaded: retriable,
  contended: retriable,
  database_unavailable: retriable,
  keys_unavailable: retriable,
  draining: retriable,
  // Said by the api, or by something in front of it.
  rate_limited: retriable,
  // The api stopped waiting for its own work, which may still be done.
  deadline_exceeded: inDoubt,
  // A bug in the api: it may have come before the commit or after it.
  internal: finalInDoubt,
  // Seen by the client.
  outcome_unknown: inDoubt,
  unreachable: retriable,
  network: inDoubt,
  attempt_timeout: inDoubt,
  bad_gateway: inDoubt,
  redirected: final,
  bad_answer: finalInDoubt,
  rejected: final,
  token_unavailable: final,
  aborted: finalInDoubt,
} as const satisfies Record<string, FaultRule>;

/**
 * Why a call was not answered. Most come from the api; `rate_limited` (the caller calls too often: nothing was done, and
 * waiting helps) also from what is in front of it. These are the client's own:
 *
 * - `outcome_unknown`: the api itself does not know whether its commit happened
 * - `unreachable`: no connection could be opened, so nothing was sent
 * - `network`: the connection broke before the answer was complete
 * - `attempt_timeout`: no answer within `attemptTimeoutMs`
 * - `bad_gateway`: something in front of the api answered 502, 503 or 504 in its stead
 * - `redirected`: the url leads elsewhere; nothing was done. Give the client the url it leads to
 * - `bad_answer`: an answer that no Holdfast api gives. Check the `url`
 * - `rejected`: something in front of the api answered 4xx in its stead
 * - `token_unavailable`: the `token` function failed, or gave what cannot be a token
 * - `aborted`: the caller's signal
 */
export type Fault = keyof typeof rules;

/** What a fault says about its attempt. */
export function ruleOf(fault: Fault): FaultRule {
  return rules[fault];
}

/** Is this word from the wire a fault that the client knows? */
export function isFault(word: unknown): word is Fault {
  return typeof word === 'string' && Object.hasOwn(rules, word);
}

/**
 * The fault behind an HTTP status that came without the api's own word for it: the answer of a
 * proxy or a load balancer, or of a web server that is no Holdfast api.
 *
 * @example faultOfStatus(502) // 'bad_gateway'
 */
export function faultOfStatus(status: number): Fault {
  if (status === 429) return 'rate_limited';
  if (status === 502 || status === 503 || status === 504) return 'bad_gateway';
  return status >= 400 && status < 500 ? 'rejected' : 'bad_answer';
}
