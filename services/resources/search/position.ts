import type { Coordinates } from '@relais/contracts/directory';
import { earthRadiusKm } from '../communes/distance.ts';

const radians = Math.PI / 180;

/** On the sphere of earth, in kilometres from its centre: straight lines between such points are quick to compare. */
export type Point = readonly number[];

export function pointOf({ latitude, longitude }: Coordinates): Point {
  const [north, east] = [latitude * radians, longitude * radians];
  const xyz = [Math.cos(north) * Math.cos(east), Math.cos(north) * Math.sin(east), Math.sin(north)];
  return xyz.map((part) => part * earthRadiusKm);
}

/** As PostgreSQL's cube writes a point. */
const written = (point: Point): string => `(${point.map((part) => part.toFixed(4)).join(', ')})`;

/** A place as PostgreSQL's cube writes it. */
export const positionOf = (place: Coordinates): string => written(pointOf(place));

/** The straight line through earth between points that are so many kilometres apart on it. */
export const chordOf = (km: number): number =>
  2 * earthRadiusKm * Math.sin(Math.min(Math.PI / 2, km / (2 * earthRadiusKm)));

/** The reverse. */
export const kilometresOf = (chord: number): number =>
  2 * earthRadiusKm * Math.asin(Math.min(1, chord / (2 * earthRadiusKm)));
