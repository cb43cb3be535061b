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

/** In SQL, for an offer `o`: what an index knows of lying near, how far its nearest place is, and whether that is near enough. */
export type Near = {
  readonly roughly: (bound: Bound) => string;
  readonly joined: string;
  readonly chord: string;
  readonly exactly: string;
};

/** An offer `o` and a circle. */
export function nearOf({ point, position, chord }: Centre, bound: Bound): Near {
  const centre = bound.bind(position, 'public.cube');
  const distanceOf = (place: string) => `${place} operator(public.<->) ${centre}`;
  return {
    roughly: (bound) => `o.cells && ${bound.bind(cellsAround(point, chord), 'int8[]')}`,
    // Most have one place, and a list takes four times as long. `offset 0`: computed once.
    joined: `cross join lateral (
      select case when cardinality(o.places) = 1 then ${distanceOf('o.places[1]')}
        else (select min(${distanceOf('place')}) from unnest(o.places) place) end as chord offset 0
    ) near`,
    chord: 'near.chord',
    exactly: `near.chord <= ${bound.bind(chord, 'float8')}`,
  };
}
