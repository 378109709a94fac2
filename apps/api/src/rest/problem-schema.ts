import { refusalReasons } from '@holdfast/domain';
import type { z } from 'zod';
import { overLimitOutput } from '../booking-wire.ts';
import { faultKinds } from '../http/fault-kinds.ts';
import { refusedPart } from '../order-wire.ts';
import { type JsonSchema, jsonSchemaOf, spelledSchema } from './json-schema.ts';
import { asTheGuide } from './words.ts';

/**
 * Every field that a problem may have, for the document: those of all problems, and what some say besides.
 *
 * @example problemSchemaOf().required // ['type', 'title', 'status', 'detail', 'error']
 */
export function problemSchemaOf(): JsonSchema {
  return {
    description: 'Problem details (RFC 9457).',
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'error'],
    properties: { ...ofAll, ...ofFaults, ...ofOrders(), ...ofBookingsOverLimit() },
  };
}

const ofAll: Record<string, JsonSchema> = {
  type: { type: 'string', format: 'uri' },
  title: { type: 'string' },
  status: { type: 'integer' },
  detail: { description: 'What is wrong, and the fix, for people.', type: 'string' },
  error: {
    description: 'The code that programs go by.',
    type: 'string',
    enum: [...new Set([...Object.keys(faultKinds), ...refusalReasons, 'unknown'])],
  },
};

const ofFaults: Record<string, JsonSchema> = {
  retryAfterMs: { description: 'The same call may succeed after so long.', type: 'integer' },
  fields: {
    description: 'For bad_input: what to change.',
    type: 'array',
    items: {
      type: 'object',
      required: ['path', 'message'],
      properties: { path: { type: 'string' }, message: { type: 'string' } },
    },
  },
  idempotencyKey: {
    description: 'For unknown: what to send again.',
    type: 'string',
    format: 'uuid',
  },
};

function ofOrders(): Record<string, JsonSchema> {
  const schemaOf = (schema: z.ZodType) => jsonSchemaOf(schema, { io: 'output', named: null });
  return {
    eventId: {
      ...schemaOf(refusedPart.eventId),
      description: 'For an order: the event that is the reason.',
    },
    line: {
      ...schemaOf(refusedPart.line),
      description: 'For an order: the line that is the reason, counted from 0.',
    },
  };
}

/** Under both names: `POST /api/bookings` has the words of the guide. */
function ofBookingsOverLimit(): Record<string, JsonSchema> {
  const { activeBookings } = overLimitOutput.shape;
  const schema = {
    ...jsonSchemaOf(activeBookings, { io: 'output', named: null }),
    description: 'For bookings_over_limit: the bookings that the caller has of this event.',
  };
  return { activeBookings: schema, active_bookings: spelledSchema(schema, asTheGuide) };
}
