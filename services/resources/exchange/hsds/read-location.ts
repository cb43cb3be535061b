import type { Entry, Note, SiteTerms } from '../described.ts';
import { type Communes, placeOf } from '../places.ts';
import { siteTerms } from '../terms.ts';
import { pageOf, textOf } from '../values.ts';
import { type Reachable, reach } from './reach.ts';
import { hoursFrom, type Schedule } from './schedules.ts';

export type SiteEntry = Entry<SiteTerms>;

/** What is used of HSDS's `location`. */
export type Location = Reachable & {
  readonly id: string;
  readonly name?: string;
  readonly alternate_name?: string;
  readonly description?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly external_identifier?: string;
  readonly external_identifier_type?: string;
  readonly addresses?: readonly Address[];
  readonly schedules?: readonly Schedule[];
  readonly accessibility?: readonly { readonly url?: string }[];
};
type Address = {
  readonly address_1?: string;
  readonly address_2?: string;
  readonly city?: string;
  readonly postal_code?: string;
  readonly country?: string;
  readonly address_type?: string;
};

const fields = {
  street: 'addresses.address_1',
  complement: 'addresses.address_2',
  postalCode: 'addresses.postal_code',
  locality: 'addresses.city',
  commune: 'external_identifier',
  latitude: 'latitude',
  longitude: 'longitude',
} as const;

export function readLocation(given: Location, communes: Communes, note: Note): SiteEntry {
  const address =
    given.addresses?.find(({ address_type: type }) => type === 'physical') ?? given.addresses?.[0];
  const isInsee = /^insee$/i.test(given.external_identifier_type ?? '');
  const place = placeOf(
    {
      // Tables want something: what only repeats the town says nothing.
      street: address?.address_1 === address?.city ? undefined : address?.address_1,
      complement: address?.address_2,
      postalCode: address?.postal_code,
      locality: address?.city,
      commune: isInsee ? given.external_identifier : undefined,
      latitude: given.latitude,
      longitude: given.longitude,
    },
    fields,
    communes,
    note,
  );
  const name = given.name ?? given.alternate_name ?? address?.city;
  const terms = siteTerms({
    name: textOf(name, 200, 'name', note) ?? 'Lieu sans nom',
    description: textOf(given.description, 10_000, 'description', note),
    ...place,
    hours: hoursFrom(given.schedules ?? [], note),
    accessibility: pageOf(
      given.accessibility?.find(({ url }) => url)?.url,
      'accessibility.url',
      note,
    ),
  });
  return { id: given.id, url: null, updatedOn: null, terms, contact: reach(given, note) };
}
