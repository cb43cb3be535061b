/** Around a place: where its centre is, and which offers are near enough. */
import { loadCommunes } from '../communes/communes.ts';
import { cellsAround } from './cells.ts';
import { chordOf, type Point, pointOf, positionOf } from './position.ts';
import type { Bound, Filters } from './question.ts';

/** Distances are measured from `position`, in a straight line of `chord` km at most. */
export type Centre = {
  readonly point: Point;
  readonly position: string;
  readonly chord: number;
};

const radiusDefaultKm = 20;
const communes = await loadCommunes();

/** Undefined when nothing says where. */
export function centreOf(filters: Filters): Centre | undefined {
  const { commune, latitude, longitude, radiusKm = radiusDefaultKm } = filters;
  const given = latitude !== undefined && longitude !== undefined;
  const place = given ? { latitude, longitude } : communes.find(commune ?? '')?.coordinates;
  return place
    ? { point: pointOf(place), position: positionOf(place), chord: chordOf(radiusKm) }
    : undefined;
}

/** In SQL: what an index knows of lying near, whether an offer `o` lies near enough, and how far its nearest place is. */
export type Near = {
  readonly roughly: (bound: Bound) => string;
  readonly exactly: string;
  readonly chord: string;
};

/** An offer `o` and a circle. */
export function nearOf({ point, position, chord }: Centre, bound: Bound): Near {
  const centre = bound.bind(position, 'public.cube');
  const most = bound.bind(chord, 'float8');
  const distance = `place operator(public.<->) ${centre}`;
  return {
    roughly: (bound) => `o.cells && ${bound.bind(cellsAround(point, chord), 'text[]')}`,
    exactly: `exists (select from unnest(o.places) place where ${distance} <= ${most})`,
    chord: `(select min(${distance}) from unnest(o.places) place)`,
  };
}
