/** What the bench asks of a server under test. */
export interface Ask {
  /** `prepare`: events have been put on sale. `usage`: what has the process used? */
  readonly type: 'prepare' | 'usage';
}

/** What a process has used since it began. */
export interface Usage {
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly rssBytesMax: number;
}

/** What a server under test says: first that it listens, then one reply an ask, in their order. */
export type Reply =
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'prepared' }
  | { readonly type: 'failed'; readonly message: string }
  | ({ readonly type: 'usage' } & Usage);
