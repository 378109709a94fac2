import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the pages as it goes out. */
export interface SiteFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
  /** A strong one, by its contents. */
  readonly etag: string;
  /** Its name has the hash of its contents in it: under that name there will never be anything else. */
  readonly isImmutable: boolean;
}

/** The built pages: each file by the path it is asked for. */
export interface Site {
  readonly index: SiteFile;
  readonly files: ReadonlyMap<string, SiteFile>;
}

/** What is served, by its ending; nothing else of the folder is. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Where Vite puts what it names by contents. */
const hashedFolder = 'assets';

/**
 * Reads the built pages into memory: some hundred kilobytes. So a request opens no file, and cannot name one that is
 * not among them.
 *
 * @param folder what `apps/web` was built into
 * @returns `null` where nothing was built
 */
export function readSite(folder: string): Site | null {
  if (!existsSync(join(folder, 'index.html'))) return null;
  const names = [...namesIn(folder, ''), ...namesIn(folder, `${hashedFolder}/`)];
  const files = new Map(names.map((name) => [`/${name}`, readSiteFile(folder, name)] as const));
  const index = files.get('/index.html');
  // Addresses have no file name in them: it would be a second address of the same page.
  files.delete('/index.html');
  return index === undefined ? null : { index, files };
}

function namesIn(folder: string, inner: string): readonly string[] {
  return readdirSync(join(folder, inner))
    .filter((name) => extname(name) in types)
    .map((name) => `${inner}${name}`);
}

function readSiteFile(folder: string, name: string): SiteFile {
  const plain = readFileSync(join(folder, name));
  return {
    type: types[extname(name)] ?? '',
    plain,
    gzipped: gzipSync(plain, { level: 9 }),
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    isImmutable: name.startsWith(`${hashedFolder}/`),
  };
}
