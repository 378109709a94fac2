import { ratioText } from '../numbers.ts';
import { ratioDefinitions } from '../ratio-definitions.ts';
import { ratioNames, reachesAim } from '../ratios.ts';
import type { Report } from '../report.ts';
import { section, type Section } from './section.ts';

export function ratioSection({ ratioSpreads }: Report): Section {
  const isMeasured = ratioNames.some((name) => ratioSpreads[name] !== null);
  const rows = ratioNames.map((name) => ({ name, ratio: ratioSpreads[name] }));
  return section({
    id: 'ratios',
    title: 'Ratios, each taken within a round',
    columns: [
      ['ratio', ({ name }) => name, 'words'],
      ['of what', ({ name }) => ratioDefinitions[name].title, 'words'],
      ['median', ({ ratio }) => ratioText(ratio?.median ?? null)],
      [
        'min–max',
        ({ ratio }) => (ratio === null ? '–' : `${ratioText(ratio.min)}–${ratioText(ratio.max)}`),
      ],
      [
        'aim',
        ({ name }) => {
          const { aim } = ratioDefinitions[name];
          return 'min' in aim ? `≥ ${ratioText(aim.min)}` : `≤ ${ratioText(aim.max)}`;
        },
      ],
      [
        'reached',
        ({ name, ratio }) => {
          if (ratio === null) return 'not measured';
          return reachesAim(name, ratio) ? 'yes' : 'no';
        },
        'words',
      ],
    ],
    rows: isMeasured ? rows : [],
    notes: [
      'An aim is about speed. Whether the bench passes is decided by safety alone.',
      ...headroomNote(ratioSpreads),
    ],
  });
}

/** Where the load generator may be what limits, it is said. */
function headroomNote({ generator_headroom: headroom }: Report['ratioSpreads']): readonly string[] {
  if (headroom === null || reachesAim('generator_headroom', headroom)) return [];
  return [
    `The load generator reached only ${ratioText(headroom.median)} times the fastest rate: it may be what limits that one.`,
  ];
}
