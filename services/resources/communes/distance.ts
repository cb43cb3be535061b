import type { Coordinates } from '@relais/contracts/directory';

/** Mean radius, as PostgreSQL's earthdistance has it: both must agree on a distance. */
export const earthRadiusKm = 6_378.168;
const radians = Math.PI / 180;

/** Kilometres between two points as the crow flies (haversine formula). */
export function distanceKm(one: Coordinates, other: Coordinates): number {
  const latitude = Math.sin(((other.latitude - one.latitude) * radians) / 2) ** 2;
  const longitude = Math.sin(((other.longitude - one.longitude) * radians) / 2) ** 2;
  const cosines = Math.cos(one.latitude * radians) * Math.cos(other.latitude * radians);
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(latitude + cosines * longitude)));
}
