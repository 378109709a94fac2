import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { appRouter } from '../src/root.ts';
import { createFindPlace } from '../src/rest/find-route.ts';
import { openApiOf } from '../src/rest/openapi.ts';
import { problemMediaType } from '../src/rest/problem.ts';
import { type RestMethod, routesOf } from '../src/rest/route.ts';

const documentUrl = 'https://holdfast.example/openapi.json';

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
const document = openApiOf(appRouter);
ajv.addSchema({ ...document, $id: documentUrl });

const findPlace = createFindPlace(routesOf(appRouter));

/** What plain HTTP answered. */
export interface Answered {
  readonly method: RestMethod;
  readonly path: string;
  readonly status: number;
  readonly mediaType: string;
  readonly body: unknown;
}

/**
 * What is wrong with an answer, by the document: a status that is not there, or another body; empty: nothing.
 */
export function undocumentedIn({ method, path, status, mediaType, body }: Answered): string[] {
  const route = findPlace(path)?.routes.get(method);
  if (route === undefined) return [`${method} ${path} is not in the document.`];
  const problem = `${documentUrl}#/components/schemas/Problem`;
  const place = ['paths', route.path, method.toLowerCase(), 'responses', String(status)];
  const success = `${documentUrl}#/${[...place, 'content', mediaType, 'schema'].map(escaped).join('/')}`;
  if (status >= 300 && mediaType !== problemMediaType) return [`${mediaType} is no problem.`];
  const validate = ajv.getSchema(status < 300 ? success : problem);
  if (!hasAt(place) || validate === undefined)
    return [`${status} of ${method} ${path} is not in the document.`];
  void validate(body);
  const wrong = (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
  const unnamed = status < 300 ? [] : Object.keys(Object(body)).filter((name) => !isNamed(name));
  return [...wrong, ...unnamed.map((name) => `/${name} is not in the document.`)];
}

/** Has a problem such a field? */
const isNamed = (name: string) => hasAt(['components', 'schemas', 'Problem', 'properties', name]);

const escaped = (part: string) =>
  encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

/** Has the document something there? */
function hasAt(place: readonly string[]): boolean {
  const found = place.reduce<unknown>((at, part) => Reflect.get(Object(at), part), document);
  return found !== undefined;
}
