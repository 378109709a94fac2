import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { pageOf, sendPage } from './page.ts';

const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Holdfast: reference</title>
<link rel="icon" type="image/png" href="reference/favicon-32x32.png">
<link rel="stylesheet" href="reference/swagger-ui.css">
<div id="reference"></div>
<script src="reference/swagger-ui-bundle.js"></script>
<script src="reference/show.js"></script>
</html>
`;

/** `validatorUrl`: Swagger UI would send the document's address to a server of its makers. */
const show = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#reference',
  validatorUrl: null,
  deepLinking: true,
});
`;

/** Pictures are written into the style sheet as data. Calls are tried on this server alone. */
const page = pageOf(html, {
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
});

/** What the page loads, from the files of Swagger UI, by their types. */
const files = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
]);

/** They stay the same until another version is installed. */
const fileHeaders = { 'cache-control': 'public, max-age=600' };

/**
 * Shows at `/reference` what `/openapi.json` says. All that the page loads comes from here, so it works
 * without any other network.
 *
 * @example addReference(server)
 */
export function addReference(server: FastifyInstance): void {
  server.get('/reference', async (_request, reply) => sendPage(reply, page));
  server.get('/reference/show.js', async (_request, reply) =>
    reply.headers(fileHeaders).type('text/javascript; charset=utf-8').send(show),
  );
  for (const [name, type] of files) {
    const bytes = once(() => readFile(new URL(`static/${name}`, swaggerUi())));
    server.get(`/reference/${name}`, async (_request, reply) =>
      reply
        .headers(fileHeaders)
        .type(type)
        .send(await bytes()),
    );
  }
}

/**
 * Where Swagger UI lies: in Fastify's package of it, which has the built files. The package
 * `swagger-ui-dist` would run a script of a tracker when it is installed.
 */
const swaggerUi = () => import.meta.resolve('@fastify/swagger-ui');

/** Read when it is first asked for, and kept. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return async () => await (made ??= make());
}
