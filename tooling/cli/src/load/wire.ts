import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { newId } from '@holdfast/client';
import { member, parseObject, textMember } from '../json-object.ts';
import type { Answered, Result } from './call.ts';
import type { User } from './load.ts';

/** Kept connections to an api. */
export interface Wire {
  /** Books a seat under a new id, in one attempt. */
  book(user: User, eventId: string): Promise<Answered>;
  close(): void;
}

/**
 * Opens up to so many connections to an api. Without the client, which takes four times the processor
 * time of a call: where a thousand ask at once, it would be what is measured.
 */
export function openWire(apiUrl: string, connectionCount: number, answerTimeoutMs: number): Wire {
  const transport = apiUrl.startsWith('https:') ? https : http;
  const agent = new transport.Agent({ keepAlive: true, maxSockets: connectionCount });
  const url = `${apiUrl}/trpc/booking.book`;
  return {
    close: () => agent.destroy(),
    async book({ token }, eventId) {
      const bookingId = newId();
      const body = JSON.stringify({ eventId, bookingId, quantity: 1, isFirstAttempt: true });
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      };
      const signal = AbortSignal.timeout(answerTimeoutMs);
      try {
        const answered = Promise.withResolvers<http.IncomingMessage>();
        const options = { method: 'POST', agent, headers, signal };
        transport.request(url, options, answered.resolve).on('error', answered.reject).end(body);
        return read(await text(await answered.promise), bookingId);
      } catch (error) {
        const fault = signal.aborted ? 'attempt_timeout' : faultOf(error);
        return { bookingId, result: { status: 'unanswered', fault, isInDoubt: true } };
      }
    },
  };
}

function faultOf(error: unknown): string {
  const isRefused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
  return isRefused ? 'unreachable' : 'network';
}

/**
 * What tRPC answered. Whatever is not clearly a booking of this id, a refusal or an `unknown` is an
 * error, after which there may be a booking: a fast wrong answer must not count as a right one.
 *
 * @example read('{"result":{"data":{"status":"refused","reason":"sold_out"}}}', id).result
 * // { status: 'refused', reason: 'sold_out' }
 */
function read(body: string, bookingId: string): Answered {
  const answer = parseObject(body);
  const data = member(member(answer, 'result'), 'data');
  const reason = textMember(data, 'reason');
  if (data?.status === 'refused' && reason !== null) {
    return { bookingId: null, result: { status: 'refused', reason } };
  }
  const isBooked = data?.status === 'confirmed' && data.id === bookingId;
  if (isBooked) return { bookingId, result: { status: 'accepted', booking: 'confirmed' } };
  if (data?.status === 'unknown') return { bookingId, result: { status: 'unknown' } };
  // The api's own code for what went wrong.
  const fault = textMember(member(member(answer, 'error'), 'data'), 'fault');
  const bad: Result = { status: 'unanswered', fault: 'bad_answer', isInDoubt: true };
  return { bookingId, result: fault === null ? bad : { status: 'fault', fault } };
}
