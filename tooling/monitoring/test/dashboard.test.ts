import { expect, test } from 'vitest';
import { holdfastDashboard } from '../src/dashboard.ts';

const file = '../../../deploy/grafana/holdfast.json';

test('deploy/grafana/holdfast.json is the dashboard that src/dashboard.ts describes', async () => {
  const text = `${JSON.stringify(holdfastDashboard(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot(file);
});

test('each panel has a title, an explanation and a question, and none lies over another', () => {
  const panels = (holdfastDashboard().panels ?? []).filter(({ type }) => type !== 'row');
  expect(panels.length).toBeGreaterThan(15);
  const places = panels.map(({ gridPos }) => JSON.stringify(gridPos));
  expect(new Set(places).size).toBe(panels.length);
  for (const panel of panels) {
    if (!('targets' in panel)) throw new Error(`${panel.title} asks nothing.`);
    expect(panel.title).toMatch(/\w/);
    expect(panel.description).toMatch(/\w/);
    expect(panel.targets.length).toBeGreaterThan(0);
  }
});
