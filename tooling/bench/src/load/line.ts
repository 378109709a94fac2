import { connect, type Socket } from 'node:net';

/** What came back: the status of HTTP, and the body. */
export interface Reply {
  readonly status: number;
  readonly body: string;
}

const headEnd = '\r\n\r\n';
const statusOffset = 'HTTP/1.1 '.length;
const lengthField = 'content-length: ';

const chunkedField = 'transfer-encoding: chunked';

/**
 * The answer in these bytes; `null`: it is not whole yet. There is never more than one, because a
 * line has one request under way.
 *
 * @throws Error for an answer that does not say how it ends.
 * @example replyIn('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok') // { status: 200, body: 'ok' }
 */
export function replyIn(text: string): Reply | null {
  const headLength = text.indexOf(headEnd);
  if (headLength === -1) return null;
  const begin = headLength + headEnd.length;
  const length = lengthIn(text, headLength);
  const body = length === null ? chunksIn(text, begin) : wholeIn(text, begin, length);
  if (body === null) return null;
  return { status: Number(text.slice(statusOffset, statusOffset + 3)), body };
}

function wholeIn(text: string, begin: number, length: number): string | null {
  return text.length - begin < length ? null : text.slice(begin, begin + length);
}

/**
 * `null`: it comes in chunks. Nearly all servers write the field in small letters: only for others the
 * head is copied.
 */
function lengthIn(text: string, headLength: number): number | null {
  const at = text.indexOf(lengthField);
  if (at !== -1 && at < headLength) return Number.parseInt(text.slice(at + lengthField.length), 10);
  const head = text.slice(0, headLength).toLowerCase();
  const place = head.indexOf(lengthField);
  if (place !== -1) return Number.parseInt(head.slice(place + lengthField.length), 10);
  if (head.includes(chunkedField)) return null;
  throw new Error(`An answer without a content-length: ${head}`);
}

/** Each chunk has its length before it, in hexadecimal; the last has none. */
function chunksIn(text: string, begin: number): string | null {
  let body = '';
  for (let at = begin; ; ) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd === -1) return null;
    const length = Number.parseInt(text.slice(at, lineEnd), 16);
    const chunk = wholeIn(text, lineEnd + 2, length + 2);
    if (chunk === null) return null;
    if (length === 0) return body;
    body += chunk.slice(0, length);
    at = lineEnd + 2 + length + 2;
  }
}

/** One keep-alive connection, with one request under way. */
export interface Line {
  send(bytes: Buffer): void;
  end(): void;
}

export interface LineEnds {
  readonly onOpen?: () => void;
  readonly onReply: (reply: Reply) => void;
  /** The connection is gone. A request that was under way has no answer. */
  readonly onBroken: () => void;
}

/** All lines read into the same bytes, one after the other: memory a read would take 2 µs a call. */
const received = Buffer.allocUnsafe(65_536);

/**
 * Opens a connection to `host:port`. What is sent before it stands goes out when it does.
 *
 * @example const line = openLine(new URL(url), { onReply, onBroken })
 */
export function openLine({ hostname, port }: URL, ends: LineEnds): Line {
  const { onOpen, onReply, onBroken } = ends;
  let text = '';
  const onBytes = (count: number): boolean => {
    const chunk = received.toString('latin1', 0, count);
    text = text === '' ? chunk : text + chunk;
    const reply = replyIn(text);
    if (reply === null) return true;
    text = '';
    onReply(reply);
    return true;
  };
  const socket: Socket = connect({
    host: hostname,
    port: Number(port),
    noDelay: true,
    onread: { buffer: received, callback: onBytes },
  });
  if (onOpen !== undefined) socket.once('connect', onOpen);
  // A broken connection also says `close`.
  socket.on('error', () => {});
  socket.on('close', onBroken);
  return {
    send: (bytes) => void socket.write(bytes),
    end() {
      socket.off('close', onBroken);
      socket.destroy();
    },
  };
}

/** Connections that are being opened at a time: more than a server lets wait would take a second each. */
const openingCountMax = 500;

/**
 * Opens so many connections, some at a time.
 *
 * @example await openSome(10_000, () => openOne())
 */
export async function openSome(count: number, openOne: () => Promise<void>): Promise<void> {
  for (let opened = 0; opened < count; opened += openingCountMax) {
    const some = Math.min(openingCountMax, count - opened);
    await Promise.all(Array.from({ length: some }, () => openOne()));
  }
}
