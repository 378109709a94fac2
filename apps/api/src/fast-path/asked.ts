import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { headerFaultOf } from '../http/singular-headers.ts';
import type { PlainProcedure } from './procedures.ts';

/** What a request asks, where the fast path can tell before it has read the body. */
export interface Asked {
  readonly procedures: readonly PlainProcedure[];
  readonly isBatch: boolean;
  /** The input of a query, as JSON; `null` where there is none, or where the body has it. */
  readonly input: string | null;
  readonly hasBody: boolean;
}

interface AskedOptions {
  readonly procedures: ReadonlyMap<string, PlainProcedure>;
  /** Where procedures are, with a slash at its end. */
  readonly prefix: string;
  readonly pathLengthMax: number;
  readonly bodyBytesMax: number;
  readonly batchSizeMax: number;
}

/** As tRPC's links write it, and fetch. Every other spelling is the adapter's to judge. */
const jsonPattern = /^application\/json(?:; ?charset=utf-8)?$/i;

/** `null`: not for the fast path. */
export type ReadAsked = (request: IncomingMessage) => Asked | null;

/**
 * Tells what the fast path takes from what it leaves to the official adapter. It takes what `httpLink` and
 * `httpBatchLink` send to procedures that exist, with the method that they are called with, and within
 * all limits. Whatever is odd before its body is read, is none of the fast path's.
 *
 * @example
 * const readAsked = createReadAsked({ procedures, prefix: '/trpc/', ...limits });
 * readAsked(request); // { procedures: [bookingBook], isBatch: false, input: null, hasBody: true }
 */
export function createReadAsked(options: AskedOptions): ReadAsked {
  return (request) => {
    if (!isPlain(request, options.prefix)) return null;
    const { url = '', method, headers } = request;
    const isQuery = method === 'GET' || method === 'HEAD';
    if (isQuery) return hasNoBody(headers) ? askedAt(url, 'query', options) : null;
    const isKnown = method === 'POST' && hasJsonBody(headers, options.bodyBytesMax);
    return isKnown ? askedAt(url, 'mutation', options) : null;
  };
}

/** At a procedure's place, nothing wrong with its headers, and none that asks for a stream. */
export function isPlain(request: IncomingMessage, prefix: string): boolean {
  const { url = '', headers } = request;
  if (!url.startsWith(prefix) || url.includes('#')) return false;
  if (headers['trpc-accept'] !== undefined || headers.accept?.includes('jsonl')) return false;
  return headerFaultOf(request) === null;
}

/** A body of JSON as fetch writes it, whole and within the bound. */
export function hasJsonBody(headers: IncomingHttpHeaders, bodyBytesMax: number): boolean {
  const mediaType = headers['content-type'];
  if (mediaType === undefined || headers['transfer-encoding'] !== undefined) return false;
  if (headers['content-encoding'] !== undefined) return false;
  if (mediaType !== 'application/json' && !jsonPattern.test(mediaType)) return false;
  const bodyBytes = Number(headers['content-length']);
  return bodyBytes > 0 && bodyBytes <= bodyBytesMax;
}

/** Nothing comes after its headers, and nothing is said of a body. */
export function hasNoBody(headers: IncomingHttpHeaders): boolean {
  const mediaType = headers['content-type'];
  if (mediaType !== undefined && !jsonPattern.test(mediaType)) return false;
  return headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;
}

function askedAt(url: string, type: PlainProcedure['type'], options: AskedOptions): Asked | null {
  const queryAt = url.indexOf('?');
  const path = url.slice(options.prefix.length, queryAt === -1 ? undefined : queryAt);
  const question = path.length > options.pathLengthMax ? null : questionOf(url, queryAt);
  if (question === null) return null;
  const procedures = proceduresAt(path, question.isBatch, options);
  if (!procedures?.every((procedure) => procedure.type === type)) return null;
  const { isBatch, input } = question;
  const hasBody = type === 'mutation';
  return { procedures, isBatch, hasBody, input: hasBody ? null : input };
}

interface Question {
  readonly isBatch: boolean;
  readonly input: string | null;
}

const single: Question = { isBatch: false, input: null };
const batch: Question = { isBatch: true, input: null };

function questionOf(url: string, queryAt: number): Question | null {
  if (queryAt === -1) return single;
  const query = url.slice(queryAt + 1);
  if (query === 'batch=1') return batch;
  const parameters = new URLSearchParams(query);
  if (parameters.has('connectionParams')) return null;
  // tRPC takes an empty input for none.
  return { isBatch: parameters.get('batch') === '1', input: parameters.get('input') || null };
}

/** `null` where one of them is unknown, or they are too many. */
function proceduresAt(
  path: string,
  isBatch: boolean,
  { procedures, batchSizeMax }: AskedOptions,
): readonly PlainProcedure[] | null {
  const paths = isBatch ? path.split(',') : [path];
  if (paths.length > batchSizeMax) return null;
  const found: PlainProcedure[] = [];
  for (const each of paths) {
    const procedure = procedures.get(each);
    if (procedure === undefined) return null;
    found.push(procedure);
  }
  return found;
}
