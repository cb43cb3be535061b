/**
 * Cells of lattices in space, by which one index finds what is near together with everything else that is asked. Space
 * rather than a map: without poles, date line or narrow degrees.
 */
import type { Coordinates } from '@relais/contracts/directory';
import { earthRadiusKm } from '../communes/distance.ts';
import { type Point, pointOf } from './position.ts';

/** Edges of the cells of each lattice, in km. */
const edges = [2, 8, 32, 128] as const;
type Edge = (typeof edges)[number];

/** More steps than lead from one end of earth to the other. */
const span = 8_192;

/** A number of its own for each cell: which lattice, and how many steps from the centre of earth. */
const numberOf = (edge: Edge, steps: readonly number[]): number =>
  steps.reduce((sum, step) => sum * span + step + span / 2, edges.indexOf(edge));

/** The cells in which a place lies, one of each lattice. */
export function cellsOf(place: Coordinates): number[] {
  const point = pointOf(place);
  return edges.map((edge) =>
    numberOf(
      edge,
      point.map((part) => Math.floor(part / edge)),
    ),
  );
}

/** Positions are kept with four decimals. */
const slackKm = 0.001;

/** Cells of one lattice that hold everything on earth in a straight line of `chord` km at most, and some more. */
export function cellsAround(centre: Point, chord: number): number[] {
  const edge = edges.findLast((one) => one <= chord) ?? edges[0];
  const reach = chord + slackKm;
  const found: number[] = [];
  const [xs = [], ys = [], zs = []] = centre.map((part) => stepsBetween(part, reach, edge));
  for (const x of xs) {
    for (const y of ys) {
      for (const z of zs) {
        const steps = [x, y, z];
        const isNear = nearest(steps, edge, centre) <= reach;
        if (isNear && isOnEarth(steps, edge)) found.push(numberOf(edge, steps));
      }
    }
  }
  return found;
}

function stepsBetween(part: number, reach: number, edge: number): number[] {
  const first = Math.floor((part - reach) / edge);
  const last = Math.floor((part + reach) / edge);
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}

/** How far the nearest corner or side of a cell is from a point. */
const nearest = (steps: readonly number[], edge: number, from: Point): number =>
  Math.hypot(
    ...steps.map((step, n) => {
      const part = from[n] ?? 0;
      return Math.max(step * edge - part, 0, part - (step + 1) * edge);
    }),
  );

function isOnEarth(steps: readonly number[], edge: number): boolean {
  const furthest = steps.map((step) => Math.max(Math.abs(step), Math.abs(step + 1)) * edge);
  return (
    nearest(steps, edge, [0, 0, 0]) <= earthRadiusKm + slackKm &&
    Math.hypot(...furthest) >= earthRadiusKm - slackKm
  );
}
