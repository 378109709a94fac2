import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { hasNoBody } from '../fast-path/asked.ts';
import { answerHeaders } from '../http/answer-headers.ts';
import type { TakeRequest } from '../http/take-request.ts';
import type { ServedRequest } from '../http/served.ts';
import { headerFaultOf } from '../http/singular-headers.ts';
import { policyWith } from '../pages/page.ts';
import { pathOf } from '../rest/request.ts';
import { isPagePath } from './page-paths.ts';
import type { Site, SiteFile } from './site-files.ts';

/** Everything that the pages load and call is this server's. No script and no style stands in them. */
const pageHeaders = {
  'content-security-policy': policyWith({
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self'",
    'connect-src': "'self'",
    // Nothing may make markup or scripts of a text: what would, fails.
    'require-trusted-types-for': "'script'",
    'trusted-types': "'none'",
  }),
  'referrer-policy': 'no-referrer',
  // For browsers that do not know frame-ancestors.
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
};

const yearSeconds = 31_536_000;

/**
 * Answers browsers with the pages and with what these load. A program that asks for JSON at the same address is left to
 * the api, and so is everything else.
 *
 * @example const take = serveSite(site); take(request, response) || other(request, response);
 */
export function serveSite(site: Site): TakeRequest {
  return (served, response) => {
    const { method, headers } = served;
    if ((method !== 'GET' && method !== 'HEAD') || !hasNoBody(headers)) return false;
    const file = fileAt(site, served);
    if (file === null || headerFaultOf(served) !== null) return false;
    send(file, served, response);
    return true;
  };
}

function fileAt({ index, files }: Site, { url = '', headers }: ServedRequest): SiteFile | null {
  const path = pathOf(url);
  const isForPeople = headers.accept?.includes('text/html') ?? false;
  return files.get(path) ?? (isForPeople && isPagePath(path) ? index : null);
}

function send(file: SiteFile, served: ServedRequest, response: ServerResponse) {
  const { method, headers } = served;
  const common = { ...answerHeaders(served), ...headersOf(file) };
  if (isKnown(file, headers)) {
    response.writeHead(304, common).end();
    return;
  }
  const isGzipped = takesGzip(headers);
  const body = isGzipped ? file.gzipped : file.plain;
  response.writeHead(200, {
    ...common,
    'content-type': file.type,
    'content-length': body.length,
    ...(isGzipped && { 'content-encoding': 'gzip' }),
  });
  response.end(method === 'HEAD' ? undefined : body);
}

function headersOf({ etag, isImmutable, type }: SiteFile): OutgoingHttpHeaders {
  return {
    etag,
    'cache-control': isImmutable ? `public, max-age=${yearSeconds}, immutable` : 'no-cache',
    ...(type.startsWith('text/html')
      ? { ...pageHeaders, vary: 'accept, accept-encoding' }
      : { vary: 'accept-encoding', 'cross-origin-resource-policy': 'same-origin' }),
  };
}

/** A proxy that has compressed an answer by itself makes its tag a weak one. */
function isKnown({ etag }: SiteFile, headers: IncomingHttpHeaders): boolean {
  const tags = headers['if-none-match']?.split(',') ?? [];
  return tags.some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

function takesGzip(headers: IncomingHttpHeaders): boolean {
  const taken = headers['accept-encoding']?.toString().split(',') ?? [];
  return taken.some((coding) => /^\s*gzip\s*(?:;\s*q=(?:1|0\.0*[1-9]).*)?$/i.test(coding));
}
