import type { ServerResponse } from 'node:http';
import type { ServedRequest } from './served.ts';

/** Answers a request, or says `false` and has not touched it. */
export type TakeRequest = (request: ServedRequest, response: ServerResponse) => boolean;
