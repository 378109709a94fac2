import { z } from 'zod';

/** The one shape of every error, whoever made it. Nothing more may be in it. */
export const faultBody = z.strictObject({
  error: z.strictObject({
    message: z.string(),
    code: z.int(),
    data: z.strictObject({
      code: z.string(),
      httpStatus: z.int(),
      fault: z.string(),
      retryAfterMs: z.int().optional(),
      fields: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    }),
  }),
});

export interface HttpFault {
  readonly status: number;
  readonly fault: string;
  readonly fields: readonly string[];
  readonly message: string;
  readonly headers: Headers;
}

/** The fault that a request is answered with, checked to have the one shape. */
export async function httpFault(answer: Promise<Response>): Promise<HttpFault> {
  const response = await answer;
  const { error } = faultBody.parse(await response.json());
  const { fault, httpStatus, fields = [] } = error.data;
  if (httpStatus !== response.status) throw new Error(`${httpStatus} is not ${response.status}`);
  return {
    status: response.status,
    fault,
    fields: fields.map(({ path }) => path),
    message: error.message,
    headers: response.headers,
  };
}

interface Post {
  readonly body?: string | Uint8Array<ArrayBuffer> | FormData;
  readonly contentType?: string | null;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a body as it is. */
export async function post(url: string, options: Post = {}): Promise<Response> {
  const { body = '{}', contentType = 'application/json', token, headers = {} } = options;
  return await fetch(url, {
    method: 'POST',
    body,
    headers: {
      ...(contentType !== null && { 'content-type': contentType }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
}
