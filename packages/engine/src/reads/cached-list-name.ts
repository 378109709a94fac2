/** The first page of what is on sale. */
export interface PublicList {
  readonly onlyAvailable: boolean;
  readonly limit: number;
}

/**
 * The list's name in both levels of the cache. It is made of a truth and a number and nothing else,
 * so there are two hundred of them.
 *
 * @example nameOf({ onlyAvailable: true, limit: 20 }) // 'available:20'
 */
export function nameOf({ onlyAvailable, limit }: PublicList): string {
  return `${onlyAvailable ? 'available' : 'all'}:${limit}`;
}

/** The list of that name. */
export function listOf(name: string): PublicList {
  const [which, limit] = name.split(':');
  return { onlyAvailable: which === 'available', limit: Number(limit) };
}
