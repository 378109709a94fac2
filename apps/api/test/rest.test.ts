import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { schemasAt } from '../src/fast-path/procedures.ts';
import { appRouter } from '../src/root.ts';
import { restAnswerOf } from '../src/rest/answer.ts';
import { createFind } from '../src/rest/asked.ts';
import { createFindPlace } from '../src/rest/find-route.ts';
import { openApiOf } from '../src/rest/openapi.ts';
import { type JsonSchema, jsonSchemaOf } from '../src/rest/json-schema.ts';
import { problemOfDoubt } from '../src/rest/problem.ts';
import { problemSchemaOf } from '../src/rest/problem-schema.ts';
import { routesOf } from '../src/rest/route.ts';
import { restRoutes } from '../src/rest/routes.ts';
import { asTheGuide, spelled } from '../src/rest/words.ts';

const document = openApiOf(appRouter);

test('every procedure has a route, or says why not', () => {
  expect(Object.keys(restRoutes).toSorted()).toEqual(
    Object.keys(appRouter._def.procedures).toSorted(),
  );
  const reached = new Set(routesOf(appRouter).map(({ procedure }) => procedure.path));
  for (const [path, row] of Object.entries(restRoutes)) {
    expect([path, reached.has(path)]).toEqual([path, !('without' in row)]);
  }
});

describe('routes', () => {
  const routes = routesOf(appRouter);
  const findPlace = createFindPlace(routes);

  test('are GET for queries and POST for commands, each at a place of its own', () => {
    for (const { procedure, method, path } of routes) {
      expect([path, method]).toEqual([path, procedure.type === 'query' ? 'GET' : 'POST']);
    }
    const places = routes.map(({ method, path }) => method + path.replaceAll(/\{\w+\}/g, '{}'));
    expect(new Set(places).size).toBe(places.length);
  });

  test('name in their path, and by their key, what the procedure needs', () => {
    for (const { procedure, pathFields, makes } of routes) {
      const error = schemasAt(appRouter, procedure.path)?.input.safeParse({}).error;
      const named = makes === null ? pathFields : [...pathFields, makes];
      const missing = named.filter((field) => !error?.message.includes(`"${field}"`));
      expect([procedure.path, missing]).toEqual([procedure.path, []]);
    }
  });

  test('say where to read what they make', () => {
    const locations = routes.flatMap(({ location }) => location ?? []);
    for (const location of locations) {
      expect([location, findPlace(location)?.routes.has('GET')]).toEqual([location, true]);
    }
  });
});

describe('the document', () => {
  test('is valid OpenAPI 3.1, and a validator finds what is not', async () => {
    expect(document['openapi']).toBe('3.1.1');
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
    const wrong = { ...document, paths: { '/api/events': { get: { responses: 'none' } } } };
    expect(await new Validator().validate(wrong)).toMatchObject({ valid: false });
  });

  test('refers to nothing that it does not have', () => {
    const text = JSON.stringify(document);
    const references = new Set([...text.matchAll(/"\$ref":"#([^"]+)"/g)].map(([, path]) => path));
    expect(references).toContain('/components/schemas/Booking');
    for (const reference of references) {
      const found = (reference ?? '')
        .slice(1)
        .split('/')
        .reduce<unknown>((at, part) => Reflect.get(Object(at), part), document);
      expect([reference, found]).toEqual([reference, expect.any(Object)]);
    }
  });

  test('has no pattern, for JSON Schema has no flag that takes ids in both cases', () => {
    expect(JSON.stringify(document)).not.toContain('"pattern"');
  });

  test('names every status, and no default, beside which no client can tell an answer from a problem', () => {
    expect(JSON.stringify(document['paths'])).not.toContain('"default":{"$ref"');
  });

  test("has no text with a name that the guide's call does not have", () => {
    const paths = Object.entries(Object(document['paths']));
    const [, guide] = paths.find(([path]) => path === '/api/bookings') ?? [];
    const texts = [...JSON.stringify(Object(guide).post).matchAll(/"description":"([^"]*)"/g)];
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.map(([, text]) => text).filter((text) => /[a-z][A-Z]/.test(text ?? ''))).toEqual(
      [],
    );
  });

  test('of a command has neither refusal nor doubt among its answers: those are problems', () => {
    const text = JSON.stringify(document['paths']);
    expect(text).not.toContain('"refused"');
    expect(text).not.toContain('"unknown"');
  });
});

test('the document names whatever a problem says of a refusal, in both spellings', () => {
  const unnamed = (documented: object) => {
    const names = new Set(Object.keys(documented));
    return routesOf(appRouter).flatMap(({ procedure, spell }) => {
      const fields = refusalFieldsOf(schemasAt(appRouter, procedure.path)?.output ?? z.never());
      return fields.map(spell).filter((name) => !names.has(name));
    });
  };
  const { properties = {} } = problemSchemaOf();
  expect(unnamed(properties)).toEqual([]);
  const { activeBookings: _, ...fewer } = properties;
  expect(unnamed(fewer)).toContain('activeBookings');
});

/** What the refusals of this output say, beside what is said of every problem. */
function refusalFieldsOf(output: z.ZodType): readonly string[] {
  const variantsOf = (schema: JsonSchema): readonly JsonSchema[] =>
    (schema.oneOf ?? schema.anyOf)?.flatMap((each) => variantsOf(Object(each))) ?? [schema];
  const variants = variantsOf(jsonSchemaOf(output, { io: 'output', named: null }));
  const refused = variants.filter(
    ({ properties }) => Object(properties?.['status']).const === 'refused',
  );
  const fields = refused.flatMap(({ properties }) => Object.keys(properties ?? {}));
  return fields.filter((field) => !['status', 'reason', 'message'].includes(field));
}

describe('a path', () => {
  const find = createFind(createFindPlace(routesOf(appRouter)));
  const at = (method: string, url: string) => find({ method, url, headers: {} });

  test.each([
    '/api/',
    '/api',
    '/api/nothing',
    '/api/events/',
    '/api/events/1/',
    '/api/events/1/2',
    '/api//events',
    '/api/events/1/bookings/2/confirm/3',
    '/api/__proto__',
    '/api/constructor',
  ])('%s leads nowhere', (url) => {
    expect(at('GET', url)).toEqual({ type: 'nothing' });
  });

  test('is told what it may be called with', () => {
    expect(at('DELETE', '/api/bookings')).toEqual({
      type: 'other_method',
      allow: 'GET, HEAD, POST',
    });
    expect(at('POST', '/api/health/live')).toEqual({ type: 'other_method', allow: 'GET, HEAD' });
    expect(at('GET', '/api/events/1/open')).toEqual({ type: 'other_method', allow: 'POST' });
    expect(at('HEAD', '/api/events/1')).toMatchObject({
      type: 'asked',
      asked: { pathValues: ['1'] },
    });
  });
});

test('the guide has words of its own, however deep', () => {
  const booking = { id: 'a', eventId: 'b', quantity: 1 };
  expect(spelled({ ...booking, activeBookings: [booking] }, asTheGuide)).toEqual({
    booking_id: 'a',
    event_id: 'b',
    seat_count: 1,
    active_bookings: [{ booking_id: 'a', event_id: 'b', seat_count: 1 }],
  });
});

test('a doubt has a Retry-After in whole seconds, and what was made a Location, however its id is spelled', () => {
  const id = '0199A8C0-5A5E-7C3F-8A53-0123456789AB';
  const find = createFind(createFindPlace(routesOf(appRouter)));
  const headers = { 'idempotency-key': `{${id}}` };
  const found = find({ method: 'POST', url: `/api/events/{${id}}/holds`, headers });
  if (found.type !== 'asked') throw new Error(`Found ${found.type}.`);
  const answered = (data: object) =>
    restAnswerOf(found.asked, { result: { type: 'data', data } }, (field) => field);
  const doubt = answered({ status: 'unknown', retryAfterMs: 1_001 });
  expect(doubt).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
  expect(doubt.headers['location']).toBeUndefined();
  const made = answered({ id: id.toLowerCase(), status: 'held' });
  const place = `/api/events/${id.toLowerCase()}/bookings/${id.toLowerCase()}`;
  expect(made).toMatchObject({ status: 201, headers: { location: place } });
});

test('a doubt is 503, and says the key that settles it, also where it was made here', () => {
  expect(problemOfDoubt({ retryAfterMs: 1_000 }, 'a-key')).toEqual({
    type: 'urn:holdfast:problem:unknown',
    title: 'Service Unavailable',
    status: 503,
    error: 'unknown',
    detail: expect.stringContaining(
      'Send the same request again, with the header Idempotency-Key: a-key.',
    ),
    retryAfterMs: 1_000,
    idempotencyKey: 'a-key',
  });
});
