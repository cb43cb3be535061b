import {
  type OrganisationEvent,
  organisationContract,
  type SiteEvent,
  siteContract,
} from '@relais/contracts/directory-events';
import { type OfferEvent, offerContract } from '@relais/contracts/offer-events';
import { table } from '@relais/event-log/projection';
import { loadCommunes } from '../communes/communes.ts';
import type { Part } from '../project.ts';
import { cellsOf } from './cells.ts';
import { type Opening, whenOf } from './opening.ts';
import { plainText } from './plain.ts';
import { positionOf } from './position.ts';
import { type SearchRow, said } from './row.ts';

type SiteRow = {
  readonly place: string;
  readonly position: string | null;
  readonly cells: readonly (number | bigint)[];
} & Opening;
type NameRow = { readonly organisation: string; readonly name_words: string };
type SearchEvent = OfferEvent | SiteEvent | OrganisationEvent;

// Lists that come with the code: the same for every event.
const communes = await loadCommunes();

const isOfOffer = (event: SearchEvent): event is OfferEvent => event.type.startsWith('offer-');

const offers = table<SearchRow, SearchEvent>({
  name: 'search_offer',
  key: ['id'],
  touches: (event) => (isOfOffer(event) ? [{ id: event.data.offer }] : []),
  fold: (row, event, { recordedAt }) =>
    isOfOffer(event) ? searchRow(row, event, recordedAt) : row,
});

const sites = table<SiteRow, SearchEvent>({
  name: 'search_site',
  key: ['place'],
  touches: (event) => ('site' in event.data ? [{ place: event.data.site }] : []),
  fold(row, event) {
    if (event.type === 'site-retired.v1') {
      return { place: event.data.site, position: null, cells: [], ...whenOf(null) };
    }
    if (event.type !== 'site-registered.v1' && event.type !== 'site-changed.v1') return row;
    const { site: place, coordinates, address, hours } = event.data;
    const point = coordinates ?? communes.find(address?.commune ?? '')?.coordinates;
    return {
      ...{ place, position: point ? positionOf(point) : null, cells: point ? cellsOf(point) : [] },
      ...whenOf(hours),
    };
  },
});

const names = table<NameRow, SearchEvent>({
  name: 'search_organisation',
  key: ['organisation'],
  touches: ({ type, data }) =>
    type.startsWith('organisation-') && 'organisation' in data && data.organisation !== null
      ? [{ organisation: data.organisation }]
      : [],
  fold(row, { type, data }) {
    if (type === 'organisation-retired.v1') return undefined;
    if (type !== 'organisation-registered.v1' && type !== 'organisation-changed.v1') return row;
    return {
      organisation: data.organisation,
      name_words: plainText(`${data.name} ${data.shortName ?? ''}`),
    };
  },
});

export const searchPart: Part<SearchEvent> = {
  categories: { offer: offerContract, site: siteContract, organisation: organisationContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [offers, sites, names],
};

/** What of an offer can be searched after this event; one that is withdrawn cannot be found. */
export function searchRow(
  row: SearchRow | undefined,
  event: OfferEvent,
  recordedAt: string,
): SearchRow | undefined {
  switch (event.type) {
    case 'offer-published.v2':
      return {
        ...said(event.data.association, event.data),
        ...confirmed(recordedAt),
        is_open: true,
      };
    case 'offer-withdrawn.v1':
      return undefined;
  }
  if (row === undefined) return undefined;
  switch (event.type) {
    case 'offer-changed.v1': {
      const terms = { ...event.data, kind: row.kind, places: null };
      const { is_open } = row;
      return { ...said(event.data.association, terms), ...confirmed(recordedAt), is_open };
    }
    case 'offer-reclassified.v1':
      return { ...row, kind: event.data.kind };
    case 'offer-confirmed.v1':
      return { ...row, ...confirmed(recordedAt) };
    case 'offer-confirmation-asked.v1':
      return { ...row, freshness: 'asked' };
    case 'offer-grown-stale.v1':
      return { ...row, freshness: 'stale' };
    case 'offer-suspended.v1':
      return { ...row, is_open: false };
    case 'offer-resumed.v1':
      return { ...row, is_open: true };
    case 'offer-contact-forgotten.v1':
      return row;
  }
}

const confirmed = (confirmed_at: string) =>
  ({ freshness: 'fresh', confirmed_at, newest: -BigInt(Date.parse(confirmed_at)) }) as const;
