/** Around a place: where its centre is, and which offers are near enough. */
import { loadCommunes } from '../communes/communes.ts';
import { chordOf, positionOf } from './position.ts';
import type { Bound, Filters } from './question.ts';

/** Distances are measured from `position`, in a straight line of `chord` km at most. */
export type Centre = { readonly position: string; readonly chord: number };

const radiusDefaultKm = 20;
const communes = await loadCommunes();

/** Undefined when nothing says where. */
export function centreOf(filters: Filters): Centre | undefined {
  const { commune, latitude, longitude, radiusKm = radiusDefaultKm } = filters;
  const given = latitude !== undefined && longitude !== undefined;
  const point = given ? { latitude, longitude } : communes.find(commune ?? '')?.coordinates;
  return point ? { position: positionOf(point), chord: chordOf(radiusKm) } : undefined;
}

/** The condition on an offer `o` to lie near enough, and how far its nearest place is. */
export function nearOf(
  { position, chord }: Centre,
  bound: Bound,
): { readonly condition: string; readonly chord: string } {
  const centre = bound.bind(position, 'public.cube');
  const most = bound.bind(chord, 'float8');
  const distance = `place.position operator(public.<->) ${centre}`;
  return {
    condition: `o.id in (select place.offer from search_place place
      where place.position operator(public.<@) public.cube_enlarge(${centre}, ${most}, 3)
        and ${distance} <= ${most})`,
    chord: `(select min(${distance}) from search_place place where place.offer = o.id)`,
  };
}
