import type { FastifyReply } from 'fastify';

/** A page as it goes out, with what a browser may load for it. */
export interface Page {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

/** What no page of ours does: load from elsewhere, be framed, send a form, move its base. */
const nothingElse = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * A page whose browser loads only what these sources name, by the standard's own words.
 *
 * @example pageOf(html, { 'style-src': "'self'" }).contentSecurityPolicy // "default-src 'none'; style-src 'self'; …"
 */
export function pageOf(html: string, sources: Readonly<Record<string, string>>): Page {
  return { html, contentSecurityPolicy: policyWith(sources) };
}

/** The policy of such a page. */
export function policyWith(sources: Readonly<Record<string, string>>): string {
  const named = Object.entries(sources).map(([directive, source]) => `${directive} ${source}`);
  return ["default-src 'none'", ...named, nothingElse].join('; ');
}

/** Answers with a page. */
export function sendPage(reply: FastifyReply, { html, contentSecurityPolicy }: Page): FastifyReply {
  return reply
    .headers({ 'content-security-policy': contentSecurityPolicy, 'referrer-policy': 'no-referrer' })
    .type('text/html; charset=utf-8')
    .send(html);
}
