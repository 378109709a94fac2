import type { IncomingHttpHeaders } from 'node:http';
import { v7 } from 'uuid';
import type { Place } from './find-route.ts';
import { pathOf } from './request.ts';
import type { RestMethod, Route } from './route.ts';

/** What a request asks, before its body is read. */
export interface RestAsked {
  readonly route: Route;
  readonly pathValues: readonly string[];
  readonly query: string | null;
  readonly made: Made | null;
}

/** The id of what the call makes. */
interface Made {
  readonly field: string;
  readonly id: string;
  /** Was it made here, because the caller gave none? */
  readonly isNew: boolean;
}

interface Requested {
  readonly url?: string | undefined;
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** What plain HTTP finds at a URL. */
export type RestFound =
  | { readonly type: 'nothing' }
  | { readonly type: 'other_method'; readonly allow: string }
  | { readonly type: 'asked'; readonly asked: RestAsked };

/**
 * Tells what a request asks.
 *
 * @example createFind(findPlace)({ method: 'GET', url: '/api/events', headers }) // { type: 'asked', … }
 */
export function createFind(findPlace: (path: string) => Place | null) {
  return ({ url = '', method, headers }: Requested): RestFound => {
    const path = pathOf(url);
    const place = findPlace(path);
    if (place === null) return nothing;
    const routeMethod = routeMethodOf(method);
    const route = routeMethod === null ? undefined : place.routes.get(routeMethod);
    if (route === undefined) {
      return { type: 'other_method', allow: allowOf([...place.routes.keys()]) };
    }
    const query = path.length === url.length ? null : url.slice(path.length + 1);
    const asked = { route, pathValues: place.values, query, made: madeBy(route, headers) };
    return { type: 'asked', asked };
  };
}

const nothing: RestFound = { type: 'nothing' };

function routeMethodOf(method: string | undefined): RestMethod | null {
  if (method === 'POST') return method;
  return method === 'GET' || method === 'HEAD' ? 'GET' : null;
}

function allowOf(methods: readonly RestMethod[]): string {
  const all = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return all.toSorted().join(', ');
}

function madeBy({ makes }: Route, headers: IncomingHttpHeaders): Made | null {
  if (makes === null) return null;
  const key = headers[idempotencyKey.toLowerCase()];
  // The draft of its standard puts quotes around it; hardly anybody does.
  if (typeof key === 'string') return { field: makes, id: unquoted(key), isNew: false };
  return { field: makes, id: v7(), isNew: true };
}

export const idempotencyKey = 'Idempotency-Key';

function unquoted(text: string): string {
  return /^"[^"]*"$/.test(text) ? text.slice(1, -1) : text;
}
