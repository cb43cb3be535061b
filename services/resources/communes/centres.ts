import type { Coordinates } from '@relais/contracts/directory';
import type { Cog, CogCommune } from './cog.ts';

/** Where a commune is. `known`: its centre; else estimated from its neighbours, within 15 km in 99 of 100. */
export type Centre = { readonly coordinates: Coordinates; readonly known: boolean };

type Sum = { latitude: number; longitude: number; count: number };

/**
 * Centres that GeoNames knows (9 of 10 inhabitants, 15,000 communes), and estimates for the rest: the middle of the known
 * ones with the same postal code, else of its EPCI, else of its department. Null where even that is not known.
 */
export function centresOf({ communes, epcis, centres }: Cog): (of: CogCommune) => Centre | null {
  const epciOf = new Map(epcis.flatMap((epci) => epci.membres.map((m) => [m.code, epci.code])));
  const known = (of: CogCommune): readonly [number, number] | undefined =>
    [of.code, ...(of.anciensCodes ?? [])].map((code) => centres.get(code)).find(Boolean);
  const places = (of: CogCommune): string[] => {
    const epci = epciOf.get(of.code);
    return [
      ...(of.codesPostaux ?? []).map((code) => `postal ${code}`),
      ...(epci === undefined ? [] : [`epci ${epci}`]),
      `department ${of.departement}`,
    ];
  };
  const sums = new Map<string, Sum>();
  for (const commune of communes) {
    const point = known(commune);
    if (point === undefined) continue;
    for (const place of places(commune)) {
      const sum = sums.get(place) ?? { latitude: 0, longitude: 0, count: 0 };
      sum.latitude += point[0];
      sum.longitude += point[1];
      sum.count += 1;
      sums.set(place, sum);
    }
  }
  const byCode = new Map(communes.filter(isCurrent).map((commune) => [commune.code, commune]));
  const middle = ({ latitude, longitude, count }: Sum): Coordinates => ({
    latitude: round(latitude / count),
    longitude: round(longitude / count),
  });
  return (of) => {
    const point = known(of);
    if (point) return { coordinates: { latitude: point[0], longitude: point[1] }, known: true };
    // An arrondissement of Paris, Lyon or Marseille: the centre of the city is the best there is.
    const city = of.commune === undefined ? undefined : byCode.get(of.commune);
    const sum = places(city ?? of).flatMap((place) => sums.get(place) ?? [])[0];
    return sum === undefined ? null : { coordinates: middle(sum), known: false };
  };
}

const isCurrent = ({ type }: CogCommune): boolean => type === 'commune-actuelle';
const round = (degrees: number): number => Math.round(degrees * 1e4) / 1e4;
