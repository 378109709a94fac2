/**
 * Runs what is partly chance, a race or a measurement, again and again until it shows what is looked for;
 * so many times at most. Gives what the last round gave. A guard that is not needed, and a harm that is
 * there, are found out all the same: then no round shows it.
 *
 * @example
 * const { harm } = await untilSeen((round) => race(seed + round), ({ harm }) => harm.length > 0);
 * expect(harm).toEqual(['oversold']);
 */
export async function untilSeen<Found>(
  run: (round: number) => Promise<Found>,
  isSeen: (found: Found) => boolean,
  roundCountMax = 10,
): Promise<Found> {
  for (let round = 0; ; round += 1) {
    const found = await run(round);
    if (isSeen(found) || round === roundCountMax - 1) return found;
  }
}
