import { colours } from '@holdfast/report';

const colourOfWay: Readonly<Record<string, string>> = {
  guide_optimistic: colours.amber,
  row_lock: colours.violet,
  one_update: colours.blue,
  skip_locked: colours.pink,
  guide_admission: colours.red,
  holdfast_without_admission: colours.lightGreen,
  holdfast: colours.green,
};

/** A way has one colour in all charts. */
export function colourOf(way: string): string {
  return colourOfWay[way] ?? colours.grey;
}
