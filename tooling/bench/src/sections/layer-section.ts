import { figure } from '@holdfast/command';
import type { Report } from '../report.ts';
import { section, type Section } from './section.ts';

export function layerSection({ layers }: Report): Section {
  return section({
    id: 'layers',
    title: 'Layers, each alone',
    columns: [
      ['layer', ({ layer }) => layer, 'words'],
      ['what', ({ what }) => what, 'words'],
      ['a second', ({ unit, perSecond }) => `${figure(perSecond)} ${unit}`],
    ],
    rows: layers,
    notes: [],
  });
}
