import type { FastifyInstance } from 'fastify';
import { hashSource, pageOf, sendPage } from './page.ts';

/** What a program hears at `/`. */
const facts = {
  name: 'Holdfast',
  status: 'up',
  links: { openapi: '/openapi.json', reference: '/reference', ready: '/api/health/ready' },
} as const;

const style = `
  :root { color-scheme: light dark; font: 1.1rem/1.6 system-ui, sans-serif }
  main { max-width: 34rem; margin: 12vh auto; padding: 0 1rem }`;

const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Holdfast</title>
<style>${style}</style>
<main>
  <h1>Holdfast</h1>
  <p>A booking engine for things that sell out. This is its api, and it is up.</p>
  <ul>
    <li><a href="reference">Reference</a>: every call by plain HTTP, to read and to try
    <li><a href="openapi.json">openapi.json</a>: the same for programs
    <li><a href="api/health/ready">Is it ready?</a> Whether it can do its work right now
  </ul>
  <p>From TypeScript, call it with <code>@holdfast/client</code>: <code>docs/api.md</code> has every procedure and every refusal.
</main>
</html>
`;

const page = pageOf(html, { 'style-src': hashSource(style) });

/**
 * Says at `/` what this is: to people a short page, to programs JSON.
 *
 * @example addFrontPage(server)
 */
export function addFrontPage(server: FastifyInstance): void {
  server.get('/', async ({ headers }, reply) => {
    reply.header('vary', 'accept');
    const isForPeople = headers.accept?.includes('text/html') ?? false;
    return isForPeople ? sendPage(reply, page) : reply.send(facts);
  });
}
