/** Numbers from 0 on and below 1, the same ones for the same seed. */
export type Random = () => number;

/**
 * The random numbers of a seed (mulberry32). Whoever uses them prints the seed.
 *
 * @example const random = randomFrom(7)
 */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
