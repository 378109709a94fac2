import { z } from 'zod';

/** What only `pnpm start` has: a server of its own beside the api, which knows the secret of this api alone. */
export interface Door {
  /** Without a path. */
  readonly url: string;
  readonly secret: string;
}

/** The door is for the machine that it runs on, and so is an api that has one. */
const loopbackNames: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Does this name, or this address, lead nowhere but to this machine? */
export function isLoopback(hostname: string): boolean {
  return loopbackNames.includes(hostname);
}

/** The settings of the door: see `doorRules` and `doorFrom`. */
export const doorFields = {
  NODE_ENV: z.string().optional(),
  DEVELOPMENT_DOOR_URL: z
    .string()
    .refine(isDoorUrl, 'is not http on this machine, as in http://127.0.0.1:4000')
    .optional(),
  DEVELOPMENT_DOOR_SECRET: z.string().min(32, 'is shorter than 32 characters').optional(),
};

function isDoorUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'http:' && isLoopback(url.hostname);
}

interface DoorSettings {
  readonly NODE_ENV?: string | undefined;
  readonly HOST: string;
  readonly DEVELOPMENT_DOOR_URL?: string | undefined;
  readonly DEVELOPMENT_DOOR_SECRET?: string | undefined;
}

const without = ({ DEVELOPMENT_DOOR_URL: url }: DoorSettings) => url === undefined;
const path = ['DEVELOPMENT_DOOR_URL'];

/** Whoever has a code gets the tokens of an organizer there: never in production, and never from another machine. */
export const doorRules = [
  z.refine<DoorSettings>((env) => without(env) || env.NODE_ENV !== 'production', {
    path,
    when: () => true,
    error: 'is for development, and NODE_ENV is production. Leave it out',
  }),
  z.refine<DoorSettings>((env) => without(env) || isLoopback(env.HOST), {
    path,
    when: () => true,
    error: 'is for this machine alone, and HOST is not 127.0.0.1. Leave one of the two out',
  }),
  z.refine<DoorSettings>((env) => without(env) || env.DEVELOPMENT_DOOR_SECRET !== undefined, {
    path: ['DEVELOPMENT_DOOR_SECRET'],
    when: () => true,
    error: 'is missing, and DEVELOPMENT_DOOR_URL is set. Set it, or leave both out',
  }),
];

/** The door of these settings; `null`: there is none, and so it is outside of development. */
export function doorFrom(settings: DoorSettings): Door | null {
  const { DEVELOPMENT_DOOR_URL: url, DEVELOPMENT_DOOR_SECRET: secret } = settings;
  return url === undefined || secret === undefined ? null : { url, secret };
}
