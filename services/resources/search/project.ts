import {
  type OrganisationEvent,
  organisationContract,
  type SiteEvent,
  siteContract,
} from '@relais/contracts/directory-events';
import type { Freshness } from '@relais/contracts/freshness';
import { type OfferEvent, type OfferTerms, offerContract } from '@relais/contracts/offer-events';
import { visibleTo } from '@relais/contracts/offer-visibility';
import { table } from '@relais/event-log/projection';
import { loadCommunes } from '../communes/communes.ts';
import type { Part } from '../project.ts';
import { cellsOf } from './cells.ts';
import { everybody, inside, members, unsaid } from './marks.ts';
import { whenOf } from './opening.ts';
import { plainText } from './plain.ts';
import { positionOf } from './position.ts';

export type SearchRow = {
  readonly id: string;
  readonly association: string;
  readonly kind: string;
  readonly organisation: string | null;
  readonly is_open: boolean;
  readonly audiences: readonly string[];
  readonly themes: readonly string[];
  readonly publics: readonly string[];
  readonly languages: readonly string[];
  readonly areas: readonly string[];
  readonly sites: readonly string[];
  readonly points: readonly string[];
  readonly cells: readonly string[];
  readonly states_hours: boolean;
  readonly open_minutes: string | null;
  readonly irregular_hours: string | null;
  readonly freshness: Freshness;
  readonly confirmed_at: string;
  readonly newest: bigint;
  readonly title_words: string;
  readonly theme_words: string;
  readonly translated_words: string;
  readonly other_words: string;
};
type SiteRow = {
  readonly place: string;
  readonly position: string | null;
  readonly cells: readonly string[];
  readonly open_minutes: string | null;
  readonly irregular_hours: string | null;
};
type NameRow = { readonly organisation: string; readonly name_words: string };
type SearchEvent = OfferEvent | SiteEvent | OrganisationEvent;

/** Past this many an offer has no place of its own any more: it is found by area. */
const communesMax = 100;

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
    if (event.type === 'site-retired.v1') return undefined;
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

function said(
  association: OfferEvent['data']['association'],
  terms: OfferTerms & Pick<OfferEvent['data'], 'offer'>,
): Omit<SearchRow, 'is_open' | 'freshness' | 'confirmed_at' | 'newest'> {
  const translations = Object.values(terms.translations);
  const other = [terms.description, terms.publicsDetail, terms.accessConditions, ...terms.publics];
  return {
    ...{ id: terms.offer, association, kind: terms.kind, organisation: terms.organisation },
    audiences: audiencesOf(association, terms),
    ...{ themes: terms.themes, languages: terms.languages },
    publics: terms.publics.length > 0 ? terms.publics : [unsaid],
    ...whereOf(terms),
    ...whenOf(terms.hours),
    states_hours: terms.hours !== null,
    title_words: plainText(terms.title),
    theme_words: plainText(terms.themes.join(' ')),
    translated_words: plainText(translations.map(({ title }) => title ?? '').join(' ')),
    other_words: plainText(
      [...other, ...translations.map(({ description }) => description)].join(' '),
    ).slice(0, 20_000),
  };
}

const audiencesOf = (
  association: OfferEvent['data']['association'],
  terms: Pick<OfferTerms, 'visibility'>,
): readonly string[] =>
  terms.visibility.to === 'public' ? [everybody] : (visibleTo({ association, terms }) ?? [members]);

function whereOf(terms: OfferTerms): Pick<SearchRow, 'areas' | 'sites' | 'points' | 'cells'> {
  const zones = [...new Set<string>([...terms.communes, ...terms.zones])];
  const larger = zones.flatMap((zone) => {
    const commune = communes.find(zone);
    return commune === undefined ? [] : communes.zonesOf(commune);
  });
  const lying = new Set(larger.filter((zone) => zone !== 'france').map(inside));
  const centres = terms.communes
    .slice(0, communesMax)
    .flatMap((code) => communes.find(code)?.coordinates ?? []);
  const placed = terms.sites.length > 0 ? [] : centres;
  return {
    areas: [...(zones.length === 0 ? ['france'] : zones), ...lying],
    sites: terms.sites,
    points: placed.map(positionOf),
    cells: [...new Set(placed.flatMap(cellsOf))],
  };
}
