import { createHash } from 'node:crypto';
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
  const named = Object.entries(sources).map(([directive, source]) => `${directive} ${source}`);
  return { html, contentSecurityPolicy: ["default-src 'none'", ...named, nothingElse].join('; ') };
}

/**
 * Names an inline style or script by what it says, so that no other one is taken.
 *
 * @example hashSource('main { color: red }') // "'sha256-…'"
 */
export function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Answers with a page. */
export function sendPage(reply: FastifyReply, { html, contentSecurityPolicy }: Page): FastifyReply {
  return reply
    .headers({ 'content-security-policy': contentSecurityPolicy, 'referrer-policy': 'no-referrer' })
    .type('text/html; charset=utf-8')
    .send(html);
}
