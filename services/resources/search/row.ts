import type { Freshness } from '@relais/contracts/freshness';
import type { OfferEvent, OfferTerms } from '@relais/contracts/offer-events';
import { visibleTo } from '@relais/contracts/offer-visibility';
import { loadCommunes } from '../communes/communes.ts';
import { cellsOf } from './cells.ts';
import { everybody, inside, members, unsaid } from './marks.ts';
import { type Opening, whenOf } from './opening.ts';
import { plainText } from './plain.ts';
import { positionOf } from './position.ts';

/** An offer as events tell of it: a row of `search_offer`. */
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
  readonly cells: readonly (number | bigint)[];
  readonly states_hours: boolean;
  readonly freshness: Freshness;
  readonly confirmed_at: string;
  readonly newest: bigint;
  readonly title_words: string;
  readonly theme_words: string;
  readonly translated_words: string;
  readonly other_words: string;
} & Opening;

/** Past this many an offer has no place of its own any more: it is found by area. */
const communesMax = 100;

const communes = await loadCommunes();

/** What of it its terms say. */
export function said(
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
