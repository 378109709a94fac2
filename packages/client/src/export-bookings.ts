import type { CallOptions, Caller } from './caller.ts';
import { AttemptFailed } from './failure.ts';
import type { Booking } from './procedures.ts';
import { connectionFailed, noApi } from './read-answer.ts';
import { connect, type StreamSource } from './stream.ts';

export interface ExportInput {
  readonly eventId: string;
  /** Only the bookings that are so now. Default: all. */
  readonly status?: Booking['status'] | undefined;
  /** Default `comma`. Spreadsheets in German, French and others expect semicolons. */
  readonly separator?: 'comma' | 'semicolon' | undefined;
}

/** The bytes of a CSV file: see EventCalls. */
export type ExportBookings = (
  input: ExportInput,
  options?: CallOptions,
) => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;

/** To open the file is tried again as any question is. Half of a file is nothing to go on from. */
export function createExportBookings(source: StreamSource, caller: Caller): ExportBookings {
  return (input, options) => {
    const send = (attempt: AbortSignal) => openFile(source, input, cutBy(attempt, options?.signal));
    return caller.ask(send, options);
  };
}

/** The signal of an attempt says nothing more once there is an answer, and the caller may still leave. */
function cutBy(attempt: AbortSignal, caller: AbortSignal | undefined): AbortSignal {
  return caller === undefined ? attempt : AbortSignal.any([attempt, caller]);
}

async function openFile(source: StreamSource, input: ExportInput, signal: AbortSignal) {
  const request = { path: 'event.exportBookings', input, accept: 'text/csv' };
  try {
    const response = await connect(source, request, signal);
    if (response.body === null) throw noApi(response);
    return response.body;
  } catch (error) {
    throw error instanceof AttemptFailed ? error : connectionFailed(signal.reason ?? error);
  }
}
