import { CommuneCode } from '@relais/contracts/associations';
import type { Address, Coordinates } from '@relais/contracts/directory';
import { ZoneCode } from '@relais/contracts/offer-codes';
import type { Commune, Communes as CommuneLists } from '../communes/communes.ts';
import type { Note } from './described.ts';
import { codesOf, textOf } from './values.ts';

export type KnownCommune = {
  readonly code: string;
  readonly name: string;
  /** Null for some islands. */
  readonly coordinates: Coordinates | null;
};

/** What is known of the communes of France: from their maintained package. */
export type Communes = {
  byCode(code: string): KnownCommune | undefined;
  /** Whether it is the code of a commune, an EPCI or a department. */
  isZone(code: string): boolean;
  /** The one commune of this postal code and name, or the only one of the postal code. */
  find(postalCode: string, name: string | null): KnownCommune | undefined;
};

/** … as the lists of this service have them. */
export const knownCommunes = (lists: CommuneLists): Communes => {
  const known = (commune: Commune | undefined): KnownCommune | undefined =>
    commune === undefined
      ? undefined
      : { code: commune.code, name: commune.name, coordinates: commune.coordinates };
  return {
    byCode: (code) => known(lists.find(code)),
    isZone: (code) => lists.within(code) !== undefined,
    find(postalCode, name) {
      if (name !== null) return known(lists.named(name, postalCode));
      const [one, another] = lists.at(postalCode);
      return another === undefined ? known(one) : undefined;
    },
  };
};

type Given = {
  readonly street: unknown;
  readonly complement: unknown;
  readonly postalCode: unknown;
  readonly locality: unknown;
  readonly commune: unknown;
  readonly latitude: unknown;
  readonly longitude: unknown;
};
/** The source's names for them. */
type Fields = { readonly [field in keyof Given]: string };
export type Place = { readonly address: Address | null; readonly coordinates: Coordinates | null };

/**
 * Where something is. The INSEE code is found from postal code and name where it is missing or unknown; the centre of the
 * commune stands for coordinates that are missing or lie outside the world. Both are noted.
 */
export function placeOf(given: Given, fields: Fields, communes: Communes, note: Note): Place {
  const text = (field: keyof Given, max: number) => textOf(given[field], max, fields[field], note);
  const street = text('street', 500);
  const complement = text('complement', 500);
  const locality = text('locality', 200);
  const postalCode = postalCodeOf(given.postalCode, fields.postalCode, note);
  const commune = communeOf(
    given.commune,
    { postalCode, locality },
    fields.commune,
    communes,
    note,
  );
  const parts = { street, complement, postalCode, locality, commune: commune?.code ?? null };
  const address = Object.values(parts).every((part) => part === null)
    ? null
    : { ...parts, commune: commune === undefined ? null : CommuneCode.parse(commune.code) };
  const coordinates = coordinatesOf(given);
  if (coordinates !== null) return { address, coordinates };
  if (commune === undefined) {
    if (typeof given.latitude === 'number') note(fields.latitude, 'out-of-range');
    return { address, coordinates };
  }
  if (commune.coordinates !== null) note(fields.latitude, 'coordinates-of-commune');
  return { address, coordinates: commune.coordinates };
}

/**
 * Where an offer can be had. Codes that no place has are left out, but where they are all there is: without any the
 * offer would be for everywhere.
 */
export function zonesIn(value: unknown, field: string, communes: Communes, note: Note): string[] {
  const given = codesOf(value, ZoneCode, 200, field, note);
  const known = given.filter(communes.isZone);
  if (known.length < given.length) note(field, 'zone-unknown');
  return known.length === 0 ? given : known;
}

function postalCodeOf(value: unknown, field: string, note: Note): string | null {
  const given = textOf(value, 20, field, note);
  if (given === null) return null;
  const digits = given.normalize('NFKC').replace(/\s/g, '');
  // A spreadsheet takes the first zero of 02100 away.
  const code = /^\d{4}$/.test(digits) ? `0${digits}` : digits;
  if (/^\d{5}$/.test(code)) return code;
  note(field, 'postal-code-unreadable');
  return null;
}

function communeOf(
  value: unknown,
  { postalCode, locality }: { postalCode: string | null; locality: string | null },
  field: string,
  communes: Communes,
  note: Note,
): KnownCommune | undefined {
  const given = typeof value === 'string' ? communes.byCode(value.toUpperCase()) : undefined;
  if (given !== undefined) return given;
  const found = postalCode === null ? undefined : communes.find(postalCode, locality);
  if (found !== undefined) note(field, 'commune-found');
  else if (typeof value === 'string' && value !== '') note(field, 'commune-unknown');
  return found;
}

/** Null where there are none; 0, 0 is what a form gives that was left empty. */
function coordinatesOf({ latitude, longitude }: Given): Coordinates | null {
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null;
  const inWorld = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return inWorld && (latitude !== 0 || longitude !== 0) ? { latitude, longitude } : null;
}
