import { canonicalId } from '@holdfast/data';
import type { TRPCResponse } from '@trpc/server/rpc';
import { headersOfFaults } from '../http/fault-answers.ts';
import { type Fault, type FaultOnWire, presentFault } from '../http/faults.ts';
import { idempotencyKey, type RestAsked } from './asked.ts';
import {
  type Problem,
  problemMediaType,
  problemOfDoubt,
  problemOfFault,
  problemOfRefusal,
  type RefusalOnWire,
} from './problem.ts';
import { spelled } from './words.ts';

/** What goes out for a request. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What its caller calls a field that a fault names. */
export type NameOf = (field: string) => string;

/**
 * What a procedure answered, as plain HTTP says it.
 *
 * @example restAnswerOf(asked, { result: { data: { status: 'refused', … } } }, nameOf).status // 409
 */
export function restAnswerOf(asked: RestAsked, response: TRPCResponse, nameOf: NameOf): RestAnswer {
  if ('error' in response) return answerOfFaultOnWire(faultOnWire(response), nameOf);
  const data = answeredIn(response);
  const { made } = asked;
  const { spell } = asked.route;
  if (isRefusal(data)) {
    return answerOfProblem(problemOfRefusal(spelled(data, spell), made !== null), noHeaders);
  }
  if (isDoubt(data)) {
    const problem = problemOfDoubt(data, made?.id ?? null);
    return answerOfProblem(problem, retryAfter(data.retryAfterMs));
  }
  const body = JSON.stringify(spelled(data, spell));
  const type = { 'content-type': 'application/json' };
  return {
    status: made === null ? 200 : 201,
    headers: { ...type, ...locationOf(asked, data) },
    body,
  };
}

type Answered = Readonly<Record<string, unknown>>;

/** Queries and commands answer objects; only streams have a result without data. */
function answeredIn({ result }: { readonly result: object }): Answered {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (result as { readonly data: Answered }).data;
}

/** The router's error formatter has made it: see trpc.ts. */
function faultOnWire({ error }: { readonly error: unknown }): FaultOnWire {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return error as FaultOnWire;
}

function isRefusal(data: unknown): data is RefusalOnWire {
  return hasStatus(data) && data.status === 'refused';
}

function isDoubt(data: unknown): data is { readonly retryAfterMs: number } {
  return hasStatus(data) && data.status === 'unknown';
}

function hasStatus(data: unknown): data is { readonly status: unknown } {
  return typeof data === 'object' && data !== null && 'status' in data;
}

/** A fault that no procedure answered. */
export function answerOfFault(fault: Fault, nameOf: NameOf): RestAnswer {
  return answerOfFaultOnWire(presentFault(fault), nameOf);
}

function answerOfFaultOnWire(fault: FaultOnWire, nameOf: NameOf): RestAnswer {
  return answerOfProblem(problemOfFault(fault, nameOf), headersOfFaults([fault]));
}

/**
 * What a field of the procedure is called by who asks for this.
 *
 * @example nameOnWire(asked)('bookingId') // 'Idempotency-Key'
 */
export function nameOnWire({ made, route }: RestAsked): NameOf {
  return (field) => (field === made?.field ? idempotencyKey : route.spell(field));
}

const noHeaders = {};

function answerOfProblem(problem: Problem, headers: Readonly<Record<string, string>>): RestAnswer {
  return {
    status: problem.status,
    headers: { 'content-type': problemMediaType, ...headers },
    body: JSON.stringify(problem),
  };
}

function retryAfter(retryAfterMs: number): Readonly<Record<string, string>> {
  return { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
}

/** Where what was made can be read. */
function locationOf(
  { route, pathValues, made }: RestAsked,
  data: Answered,
): Record<string, string> {
  const { location, pathFields } = route;
  if (location === null || made === null) return {};
  const valueOf = (field: string): string => {
    const inPath = pathValues[pathFields.indexOf(field)];
    const value = field === made.field ? made.id : (inPath ?? data[field]);
    return canonicalId(String(value));
  };
  return { location: location.replaceAll(/\{(\w+)\}/g, (_, field: string) => valueOf(field)) };
}
