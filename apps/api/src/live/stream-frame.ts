import { lastVersionOf, type LiveUpdate, type SaleUpdate } from '@holdfast/engine';
import type { NamedUpdate } from './watch-progress.ts';

/** A message of a stream as it is written. */
export type Frame = string | Buffer;

/** The text of an update is made once, for all who watch; with its event's name, for all who watch several. */
const frames = new WeakMap<LiveUpdate, Buffer>();
const namedTexts = new WeakMap<LiveUpdate, string>();
const saleFrames = new WeakMap<SaleUpdate, Buffer>();

export function frameOf(update: LiveUpdate): Frame {
  const known = frames.get(update);
  if (known !== undefined) return known;
  const text = `data: ${JSON.stringify(update)}\nid: ${lastVersionOf(update)}\n\n\n`;
  const frame = Buffer.from(text);
  frames.set(update, frame);
  return frame;
}

export function namedFrameOf({ eventId, update, id }: NamedUpdate): Frame {
  const text = namedTexts.get(update) ?? `data: ${JSON.stringify({ eventId, ...update })}`;
  namedTexts.set(update, text);
  return `${text}\nid: ${id}\n\n\n`;
}

export function saleFrameOf(update: SaleUpdate): Frame {
  const known = saleFrames.get(update);
  if (known !== undefined) return known;
  const frame = Buffer.from(`data: ${JSON.stringify(update)}\nid: ${lastSecondOf(update)}\n\n\n`);
  saleFrames.set(update, frame);
  return frame;
}

/** How far a sale was told of, in seconds since 1970. */
export function lastSecondOf({ seconds, now }: SaleUpdate): string {
  const last = seconds.at(-1)?.at ?? now.at;
  return String(Math.floor(Date.parse(last) / 1_000));
}
