/** A colour a way, told apart on white, on black, and by most of the colour-blind. */
const colours: Readonly<Record<string, string>> = {
  guide_optimistic: '#bf8700',
  row_lock: '#8250df',
  one_update: '#0a7ea4',
  guide_admission: '#d1242f',
  holdfast_without_admission: '#57ab5a',
  holdfast: '#1a7f37',
};

export function colourOf(way: string): string {
  return colours[way] ?? '#59636e';
}
