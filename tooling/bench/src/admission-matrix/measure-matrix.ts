import { openStand, type Stand } from '../stand.ts';
import { figure, type Steps } from '@holdfast/command';
import { type Cell, cellTitle } from './cells.ts';
import type { MatrixPlan } from './plan.ts';
import { runCell, warmUp } from './run-cell.ts';
import type { Sample } from './sample.ts';
import { startTeam, type Team } from './team.ts';
import { type Variant, variants } from './variants.ts';
import { openWire, type Wire } from './wire.ts';

/** One run of one variant in one cell. */
export interface Measured {
  readonly cell: Cell;
  readonly variant: Variant;
  readonly round: number;
  readonly sample: Sample;
}

interface Parts {
  readonly plan: MatrixPlan;
  readonly steps: Steps;
  readonly stand: Stand;
}

/**
 * Measures every variant in every cell. Cells with the same processes follow each other, so that
 * these are started once.
 *
 * @example const measured = await measureMatrix(quickMatrix, steps);
 */
export async function measureMatrix(plan: MatrixPlan, steps: Steps): Promise<readonly Measured[]> {
  await using stand = await steps.step('PostgreSQL, Redis and users', () =>
    openStand(plan.userCount, (line) => steps.note(line)),
  );
  const parts = { plan, steps, stand };
  const measured: Measured[] = [];
  for (const block of blocksOf(plan.cells)) measured.push(...(await measureBlock(block, parts)));
  return measured;
}

/** Cells that the same processes can stand for. */
function blocksOf(cells: readonly Cell[]): readonly (readonly Cell[])[] {
  const blocks = Map.groupBy(cells, (cell) => `${cell.processCount} ${isProxied(cell)}`);
  return [...blocks.values()];
}

function isProxied({ postgres }: Cell): boolean {
  return postgres === '5_ms_away' || postgres === 'away';
}

async function measureBlock(block: readonly Cell[], parts: Parts): Promise<readonly Measured[]> {
  const { plan, steps, stand } = parts;
  const [{ processCount }, proxied] = [firstOf(block), block.some(isProxied)];
  await using wire = await openWire(stand.services.databaseUrl, proxied);
  await using teams = new AsyncDisposableStack();
  const started: Team[] = [];
  const title = `${processCount} ${processCount === 1 ? 'process' : 'processes'} a variant${proxied ? ', through a proxy' : ''}`;
  await steps.step(title, async () => {
    for (const variant of variants) {
      const team = teams.use(await startOne(variant, processCount, { stand, wire }));
      started.push(team);
      await warmUp(team, { ...parts, wire });
    }
  });
  const measured: Measured[] = [];
  for (let round = 0; round < plan.roundCount; round += 1) {
    for (const cell of block) {
      // In every round another variant is the first.
      for (const team of turned(started, round)) {
        const name = `${round + 1}/${plan.roundCount} ${cellTitle(cell)}, ${team.variant.title}`;
        const run = () => runCell(cell, team, { ...parts, wire });
        const sample = await steps.step(name, run, resultOf);
        measured.push({ cell, variant: team.variant, round, sample });
      }
    }
  }
  return measured;
}

/** PostgreSQL takes 200 connections unless told otherwise; some are everybody's. */
const connectionCountMax = 150;
const connectionsBesidePool = 2;

async function startOne(
  variant: Variant,
  processCount: number,
  { stand, wire }: { readonly stand: Stand; readonly wire: Wire },
): Promise<Team> {
  const each = Math.floor(connectionCountMax / (variants.length * processCount));
  const poolSize = Math.min(10, Math.max(2, each - connectionsBesidePool));
  return await startTeam(stand, { variant, processCount, poolSize, byWayOf: wire.byWayOf });
}

function turned<T>(all: readonly T[], by: number): readonly T[] {
  const first = by % Math.max(1, all.length);
  return [...all.slice(first), ...all.slice(0, first)];
}

function firstOf(block: readonly Cell[]): Cell {
  const [first] = block;
  if (first === undefined) throw new Error('A block without a cell.');
  return first;
}

function resultOf({ bookingsPerSecond, refusalsPerSecond, falseRefusals }: Sample): string {
  return `${figure(bookingsPerSecond)} bookings/s, ${figure(refusalsPerSecond)} refusals/s, ${figure(falseRefusals)} false`;
}
