import type { RestMethod, Route } from './route.ts';

/** What a path leads to. */
export interface Place {
  /** What stands for the fields of the path, in their order. */
  readonly values: readonly string[];
  readonly routes: ReadonlyMap<RestMethod, Route>;
}

interface Step {
  readonly next: Map<string, Step>;
  /** Where any text leads. */
  any: Step | null;
  readonly routes: Map<RestMethod, Route>;
}

/**
 * Finds the routes at a path, step by step; `null`: none is there.
 *
 * @example createFindPlace(routes)('/api/events/0199…')?.routes.get('GET')
 */
export function createFindPlace(routes: readonly Route[]): (path: string) => Place | null {
  const first = newStep();
  for (const route of routes) {
    let step = first;
    for (const part of partsOf(route.path)) step = addStep(step, part);
    step.routes.set(route.method, route);
  }
  return (path) => {
    const values: string[] = [];
    let step: Step | null = first;
    for (const part of partsOf(path)) {
      const next: Step | null = step.next.get(part) ?? (part === '' ? null : step.any);
      if (next === null) return null;
      if (next === step.any) values.push(part);
      step = next;
    }
    return step.routes.size === 0 ? null : { values, routes: step.routes };
  };
}

const newStep = (): Step => ({ next: new Map(), any: null, routes: new Map() });

const partsOf = (path: string) => path.split('/');

function addStep(step: Step, part: string): Step {
  if (part.startsWith('{')) {
    step.any ??= newStep();
    return step.any;
  }
  const next = step.next.get(part) ?? newStep();
  step.next.set(part, next);
  return next;
}
