import { TRPCError } from '@trpc/server';

/** Says what the calls of a request are given. */
export interface Inputs {
  /** @throws TRPCError `BAD_REQUEST` where the text is no JSON, or a batch is no object */
  read(index: number): unknown;
  /** The same if it was read and could be, else `undefined`: for who tells of an error. */
  known(index: number): unknown;
}

/** Calls by their place in the batch: `__proto__` is a name like any other in it. */
type InputsByIndex = Readonly<Record<number, unknown>>;

interface InputsOptions {
  readonly text: string | null;
  readonly isBatch: boolean;
  readonly callCount: number;
}

/**
 * Reads the text once, when a call first asks for its input: nobody's input is read who may not call.
 * It is tRPC's way to read JSON, and so are its errors.
 *
 * @example
 * const inputs = createInputs({ text: '{"0":{"a":1}}', isBatch: true, callCount: 1 });
 * inputs.read(0); // { a: 1 }
 */
export function createInputs(options: InputsOptions): Inputs {
  let inputs: InputsByIndex | null = null;
  let error: TRPCError | null = null;
  return {
    read(index) {
      if (error !== null) throw error;
      try {
        inputs ??= readAll(options);
      } catch (cause) {
        error = badRequest(cause);
        throw error;
      }
      return inputs[index];
    },
    known: (index) => inputs?.[index],
  };
}

function readAll({ text, isBatch, callCount }: InputsOptions): InputsByIndex {
  if (text === null) return [];
  const given: unknown = JSON.parse(text);
  if (!isBatch) return [given];
  if (!isRecord(given)) {
    const message = '"input" needs to be an object when doing a batch call';
    throw new TRPCError({ code: 'BAD_REQUEST', message });
  }
  return Array.from({ length: callCount }, (_, index) => given[index]);
}

function isRecord(value: unknown): value is InputsByIndex {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badRequest(cause: unknown): TRPCError {
  if (cause instanceof TRPCError) return cause;
  const message = cause instanceof Error ? cause.message : 'Invalid input';
  return new TRPCError({ code: 'BAD_REQUEST', message, cause });
}
