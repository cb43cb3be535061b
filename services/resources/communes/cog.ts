import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/**
 * The Code officiel géographique of INSEE with postal codes (La Poste) and EPCIs (DGCL), as the package
 * @etalab/decoupage-administratif has them each year (Licence Ouverte 2.0).
 */
export type CogCommune = {
  readonly code: string;
  readonly nom: string;
  readonly type:
    | 'commune-actuelle'
    | 'arrondissement-municipal'
    | 'commune-deleguee'
    | 'commune-associee';
  readonly departement: string;
  readonly region: string;
  readonly population?: number;
  readonly codesPostaux?: readonly string[];
  /** Codes of the communes that went into it. */
  readonly anciensCodes?: readonly string[];
  /** The commune that an arrondissement is of. */
  readonly commune?: string;
  /** The commune that a delegated or associated one belongs to. */
  readonly chefLieu?: string;
};
type Named = { readonly code: string; readonly nom: string };
type Epci = Named & { readonly membres: readonly { readonly code: string }[] };

export type Cog = {
  readonly communes: readonly CogCommune[];
  readonly epcis: readonly Epci[];
  readonly departments: readonly (Named & { readonly region: string })[];
  readonly regions: readonly Named[];
  /** Latitude and longitude of a commune's centre by INSEE code, where GeoNames knows it. */
  readonly centres: ReadonlyMap<string, readonly [number, number]>;
};

const require = createRequire(import.meta.url);
const list = async <Item>(name: string): Promise<Item[]> => {
  const file = require.resolve(`@etalab/decoupage-administratif/data/${name}.json`);
  return JSON.parse(await readFile(file, 'utf8'));
};

/** Reads 13 MB of text: 0.2 s, once. */
export async function readCog(): Promise<Cog> {
  const [communes, epcis, departments, regions, centres] = await Promise.all([
    list<CogCommune>('communes'),
    list<Epci>('epci'),
    list<Named & { region: string }>('departements'),
    list<Named>('regions'),
    readFile(new URL('./centres.tsv', import.meta.url), 'utf8'),
  ]);
  const points = new Map<string, readonly [number, number]>();
  for (const line of centres.split('\n').slice(1)) {
    const [code, latitude, longitude] = line.split('\t');
    if (code) points.set(code, [Number(latitude), Number(longitude)]);
  }
  return { communes, epcis, departments, regions, centres: points };
}
