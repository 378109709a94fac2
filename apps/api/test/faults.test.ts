import { AuthFault } from '@holdfast/auth';
import { CommitContended, DatabaseUnavailable } from '@holdfast/data';
import {
  DeadlineExceeded,
  Draining,
  EngineFault,
  EventNotFound,
  Overloaded,
} from '@holdfast/engine';
import * as engine from '@holdfast/engine';
import { TRPCError } from '@trpc/server';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { faultFrom } from '../src/http/fault-from.ts';
import { faultKinds } from '../src/http/fault-kinds.ts';
import { Fault, presentFault } from '../src/http/faults.ts';

const wrapped = (cause: unknown) => new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause });

function zodErrorOf(schema: z.ZodType, value: unknown): z.ZodError {
  const result = schema.safeParse(value);
  if (result.success) throw new Error('The value fits.');
  return result.error;
}

describe('what is thrown has one meaning', () => {
  const meanings: [string, unknown, object][] = [
    ['a fault', new Fault('forbidden'), { code: 'forbidden', httpStatus: 403 }],
    ['a fault inside a procedure', wrapped(new Fault('not_found')), { code: 'not_found' }],
    [
      'a database that is away',
      wrapped(new DatabaseUnavailable(new Error('ECONNREFUSED'))),
      { code: 'database_unavailable', httpStatus: 503, retryAfterMs: 1_000 },
    ],
    [
      'a commit that gave up',
      wrapped(new CommitContended(new Error('lock timeout'))),
      { code: 'contended', httpStatus: 503, retryAfterMs: 200 },
    ],
    [
      'keys of an issuer that cannot be had',
      new AuthFault('keys_unavailable', { retryAfterMs: 2_000 }),
      { code: 'keys_unavailable', httpStatus: 503, retryAfterMs: 2_000 },
    ],
    [
      'a token that is not valid',
      new AuthFault('unauthenticated'),
      { code: 'unauthenticated', httpStatus: 401, retryAfterMs: null },
    ],
    ['an unknown procedure', new TRPCError({ code: 'NOT_FOUND' }), { code: 'not_found' }],
    [
      'a mutation that is asked with GET',
      new TRPCError({ code: 'METHOD_NOT_SUPPORTED' }),
      { code: 'method_not_allowed', httpStatus: 405 },
    ],
    [
      'a body over the limit',
      Object.assign(new Error('too large'), { statusCode: 413 }),
      { code: 'payload_too_large' },
    ],
    [
      'an error of a library inside a procedure, whatever status it carries',
      wrapped(Object.assign(new Error('x'), { statusCode: 404 })),
      { code: 'internal' },
    ],
    ['anything else', new TypeError('x is not a function'), { code: 'internal', httpStatus: 500 }],
    ['what is not even an error', 'a string', { code: 'internal' }],
    [
      'an error that pretends to be a success',
      Object.assign(new Error('x'), { statusCode: 200 }),
      { code: 'internal' },
    ],
  ];

  test.each(meanings)('%s', (_, thrown, expected) => {
    expect(faultFrom(thrown)).toMatchObject(expected);
  });
});

describe('a fault of the engine has the code of its class, and its time to wait', () => {
  const codes: [EngineFault, string, number | null][] = [
    [new Overloaded(700), 'overloaded', 700],
    [new Draining(300), 'draining', 300],
    [new EventNotFound(), 'not_found', null],
    [new DeadlineExceeded(), 'deadline_exceeded', null],
  ];

  test.each(codes)('%s', (thrown, code, retryAfterMs) => {
    for (const fault of [faultFrom(thrown), faultFrom(wrapped(thrown))]) {
      expect(fault).toMatchObject({ code, retryAfterMs });
      expect(fault.cause).toBeUndefined();
    }
  });

  test('and there is no class without a code', () => {
    const isFaultClass = (value: unknown) =>
      typeof value === 'function' && value.prototype instanceof EngineFault;
    const classes = Object.values(engine).filter(isFaultClass);
    expect(new Set(classes)).toEqual(new Set(codes.map(([{ constructor }]) => constructor)));
  });
});

test('an input that does not fit names its fields', () => {
  const schema = z.strictObject({ quantity: z.int(), nested: z.strictObject({}) });
  const cause = zodErrorOf(schema, { quantity: 'two', nested: { deep: 1 }, extra: 1 });
  const fault = faultFrom(new TRPCError({ code: 'BAD_REQUEST', cause }));
  expect(presentFault(fault).data).toEqual({
    code: 'BAD_REQUEST',
    httpStatus: 400,
    fault: 'bad_input',
    fields: [
      { path: 'quantity', message: 'Invalid input: expected number, received string' },
      { path: 'nested.deep', message: 'There is no such field. Leave it out.' },
      { path: 'extra', message: 'There is no such field. Leave it out.' },
    ],
  });
});

test('an input that is no object at all is named as input', () => {
  const cause = zodErrorOf(z.strictObject({}), 5);
  const fault = faultFrom(new TRPCError({ code: 'BAD_REQUEST', cause }));
  expect(fault.fields).toEqual([{ path: 'input', message: expect.any(String) }]);
});

test('an answer names at most twenty fields, and no name in full length', () => {
  const keys = Array.from({ length: 1_000 }, (_, index) => [`${index}${'k'.repeat(500)}`, 1]);
  const cause = zodErrorOf(z.strictObject({}), Object.fromEntries(keys));
  const { fields } = faultFrom(new TRPCError({ code: 'BAD_REQUEST', cause }));
  expect(fields).toHaveLength(20);
  expect(Math.max(...fields.map(({ path }) => path.length))).toBe(100);
});

test('an internal fault says nothing about the inside', () => {
  const inside = [
    new Error('password authentication failed for user "app"'),
    wrapped(new Error('select secret from t')),
    wrapped(zodErrorOf(z.strictObject({}), { leaked: 'x' })),
  ];
  for (const thrown of inside) {
    expect(presentFault(faultFrom(thrown))).toEqual({
      message: 'Something went wrong here. The header x-request-id names this request in our logs.',
      code: -32603,
      data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500, fault: 'internal' },
    });
  }
});

test('malformed JSON is bad input, and its text is not repeated', () => {
  const cause = new SyntaxError('Unexpected token c in "canary"');
  const fault = faultFrom(new TRPCError({ code: 'BAD_REQUEST', message: cause.message, cause }));
  expect(presentFault(fault)).toMatchObject({
    message: 'The input is not well-formed JSON in UTF-8.',
    data: { fault: 'bad_input', httpStatus: 400 },
  });
});

test('every fault has a message that a person can read', () => {
  for (const { message } of Object.values(faultKinds)) expect(message).toMatch(/^[A-Z].*\.$/);
});
