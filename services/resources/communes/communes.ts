import type { Coordinates } from '@relais/contracts/directory';
import { centresOf } from './centres.ts';
import { type Cog, type CogCommune, readCog } from './cog.ts';
import { plainName, withoutArticle } from './names.ts';

/** A commune of today, or an arrondissement of Paris, Lyon or Marseille. */
export type Commune = {
  readonly code: string;
  readonly name: string;
  readonly department: string;
  readonly region: string;
  /** SIREN; null for the few that belong to none. */
  readonly epci: string | null;
  /** The city, for an arrondissement. */
  readonly city: string | null;
  readonly postalCodes: readonly string[];
  readonly population: number;
  /** Null for some islands overseas. */
  readonly coordinates: Coordinates | null;
  /** False: the coordinates are those of its surroundings. */
  readonly exact: boolean;
};

export type Area = { readonly code: string; readonly name: string };

export type Communes = {
  /** Most populous first. */
  readonly all: readonly Commune[];
  /** By INSEE code; a retired code gives the commune that took it in. */
  readonly find: (code: string) => Commune | undefined;
  readonly at: (postalCode: string) => readonly Commune[];
  /**
   * By postal code and name as people and files write them (`ST POL SUR MER CEDEX`), names of communes that went into
   * another included. Without postal code only a name that one commune alone has.
   */
  readonly named: (name: string, postalCode?: string) => Commune | undefined;
  readonly department: (code: string) => (Area & { readonly region: string }) | undefined;
  readonly region: (code: string) => Area | undefined;
  readonly epci: (siren: string) => Area | undefined;
  /** Communes of a zone as offers name it: a commune, an EPCI, a department; undefined for no such zone. */
  readonly within: (zone: string) => readonly Commune[] | undefined;
  /** Every zone code that covers this commune, `france` included. */
  readonly zonesOf: (commune: Commune) => readonly string[];
  /** Names by which a commune is found, plain and without article, its own first. */
  readonly namesOf: (commune: Commune) => readonly string[];
};

let loaded: Promise<Communes> | undefined;

/** Reads the lists on first use, once in a process: about 20 MB stay. */
export function loadCommunes(): Promise<Communes> {
  loaded ??= readCog()
    .then(communesOf)
    .catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
  return loaded;
}

function communesOf(cog: Cog): Communes {
  const all = current(cog);
  const byCode = new Map(all.map((commune) => [commune.code, commune]));
  const successors = new Map<string, string>();
  for (const { code, chefLieu, anciensCodes } of cog.communes) {
    for (const former of anciensCodes ?? []) successors.set(former, code);
    if (chefLieu !== undefined && chefLieu !== code) successors.set(code, chefLieu);
  }
  const find = (code: string) => byCode.get(code) ?? byCode.get(successors.get(code) ?? '');
  // Most processes look for no name: what takes time is made when it is asked for.
  const titles = cog.communes.map(({ code, chefLieu, nom }) => ({ into: chefLieu ?? code, nom }));
  const names = lazy(() =>
    groups(
      titles.map(({ into, nom }) => ({ into, name: withoutArticle(plainName(nom)) })),
      ({ into }) => [into],
    ),
  );
  const namesOf = ({ code }: Commune) =>
    names()
      .get(code)
      ?.map(({ name }) => name) ?? [];
  const byName = lazy(() => groups(all, (commune) => new Set(namesOf(commune))));
  const postal = lazy(() => groups(all, ({ postalCodes }) => postalCodes));
  const zones = lazy(() =>
    groups(all, ({ epci, department, city }) =>
      [epci, department, city].filter((zone) => zone !== null),
    ),
  );
  // What is returned must not hold on to the whole of `cog`.
  const departments = new Map(
    cog.departments.map(({ code, nom, region }) => [code, { code, name: nom, region }]),
  );
  const regions = byCodeOf(cog.regions);
  const epcis = byCodeOf(cog.epcis);
  return {
    all,
    find,
    at: (postalCode) => postal().get(postalCode) ?? [],
    named(name, postalCode) {
      const found = byName().get(withoutArticle(plainName(name))) ?? [];
      const here = found.filter((each) => postalCode && each.postalCodes.includes(postalCode));
      const [one, another] = postalCode === undefined ? found : here;
      return another === undefined || postalCode !== undefined ? one : undefined;
    },
    department: (code) => departments.get(code),
    region: (code) => regions.get(code),
    epci: (siren) => epcis.get(siren),
    within(zone) {
      if (zone === 'france') return all;
      const one = find(zone);
      return zones().get(zone) ?? (one === undefined ? undefined : [one]);
    },
    zonesOf: ({ code, city, epci, department }) =>
      [code, city, epci, department, 'france'].filter((zone) => zone !== null),
    namesOf,
  };
}

function current(cog: Cog): Commune[] {
  const centreOf = centresOf(cog);
  const epciOf = new Map(cog.epcis.flatMap((epci) => epci.membres.map((m) => [m.code, epci.code])));
  const isCurrent = ({ type }: CogCommune) =>
    type === 'commune-actuelle' || type === 'arrondissement-municipal';
  return cog.communes
    .filter(isCurrent)
    .map((commune): Commune => {
      const { code, nom, departement, region, codesPostaux = [], population = 0 } = commune;
      const centre = centreOf(commune);
      return {
        ...{ code, name: nom, department: departement, region, population },
        epci: epciOf.get(commune.commune ?? code) ?? null,
        city: commune.commune ?? null,
        postalCodes: codesPostaux,
        coordinates: centre?.coordinates ?? null,
        exact: centre?.known ?? false,
      };
    })
    .sort((one, other) => other.population - one.population);
}

function lazy<Made>(make: () => Made): () => Made {
  let made: { readonly value: Made } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function groups<Item>(items: readonly Item[], keysOf: (item: Item) => Iterable<string>) {
  const found = new Map<string, Item[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = found.get(key);
      if (group === undefined) found.set(key, [item]);
      else group.push(item);
    }
  }
  return found;
}

const byCodeOf = (list: readonly { readonly code: string; readonly nom: string }[]) =>
  new Map(list.map(({ code, nom }): [string, Area] => [code, { code, name: nom }]));
