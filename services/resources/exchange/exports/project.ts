import { type AssociationEvent, associationEvents } from '@relais/contracts/associations';
import {
  type OrganisationEvent,
  type OrganisationTerms,
  organisationContract,
} from '@relais/contracts/directory-events';
import type { EventContract } from '@relais/contracts/event-contract';
import { type OfferEvent, type OfferTerms, offerContract } from '@relais/contracts/offer-events';
import { table } from '@relais/event-log/projection';
import { loadCommunes } from '../../communes/communes.ts';
import type { Part } from '../../project.ts';
import { plainText } from '../../search/plain.ts';
import { atLocationId } from '../hsds/write.ts';
import { organisationTerms } from '../terms.ts';

// Lists that come with the code: the same for every event.
const communes = await loadCommunes();

type PublisherRow = {
  readonly id: string;
  /** Null of an organisation, which has a row of its own. */
  readonly terms: OrganisationTerms | null;
  readonly changed_at: string;
  readonly words: string;
};
type ExportedRow = {
  readonly offer: string;
  readonly at_locations: readonly string[];
  readonly covers: readonly string[];
  readonly words: string;
};
type ExportEvent = AssociationEvent | OfferEvent | OrganisationEvent;

const publishers = table<PublisherRow, ExportEvent>({
  name: 'publisher',
  key: ['id'],
  touches(event) {
    if (isOfOrganisation(event)) return [{ id: event.data.organisation }];
    if (isOfOffer(event) && event.type !== 'offer-published.v2') return [];
    return [{ id: event.data.association }];
  },
  fold(row, event, { recordedAt }) {
    switch (event.type) {
      case 'organisation-registered.v1':
      case 'organisation-changed.v1': {
        const { organisation: id, name, shortName, description } = event.data;
        const words = plainText(`${name} ${shortName ?? ''} ${description ?? ''}`);
        return { id, terms: null, changed_at: recordedAt, words };
      }
      case 'organisation-retired.v1':
        return undefined;
      case 'association-registered.v1':
      case 'association-changed.v1':
        return itself(event.data, recordedAt);
      case 'offer-published.v2': {
        // Where the issuer is another one than ours, nobody told what the association is called.
        const { association } = event.data;
        return row ?? itself({ association, name: association, kind: 'association' }, recordedAt);
      }
      default:
        // What an association that left still offers remains its own.
        return row;
    }
  },
});

const isOfOffer = (event: ExportEvent): event is OfferEvent => event.type.startsWith('offer-');
const isOfOrganisation = (event: ExportEvent): event is OrganisationEvent =>
  event.type.startsWith('organisation-');

type Told = Pick<
  Extract<AssociationEvent, { type: 'association-changed.v1' }>['data'],
  'association' | 'name' | 'kind'
>;
const itself = ({ association: id, name, kind }: Told, changed_at: string): PublisherRow => ({
  ...{ id, changed_at, words: plainText(name) },
  terms: { ...organisationTerms({ name, kind }), member: id, parent: null },
});

const offers = table<ExportedRow, ExportEvent>({
  name: 'exported_offer',
  key: ['offer'],
  touches: (event) => (isOfOffer(event) ? [{ offer: event.data.offer }] : []),
  fold(row, event) {
    if (event.type === 'offer-withdrawn.v1') return undefined;
    if (event.type !== 'offer-published.v2' && event.type !== 'offer-changed.v1') return row;
    const { offer, sites, visibility } = event.data;
    if (visibility.to !== 'public') return undefined;
    const zones = [...event.data.communes, ...event.data.zones];
    // A commune that went into another one is where that is.
    const covers = [...new Set(zones.map((zone) => communes.find(zone)?.code ?? zone))];
    return {
      offer,
      at_locations: sites.map((site) => atLocationId(offer, site)),
      covers: covers.length === 0 ? ['france'] : covers,
      words: wordsOf(event.data),
    };
  },
});

const wordsMax = 20_000;

function wordsOf(terms: Omit<OfferTerms, 'kind' | 'places'>): string {
  const { title, description, publicsDetail, accessConditions, themes, publics } = terms;
  const translated = Object.values(terms.translations).flatMap((words) => Object.values(words));
  const told = [title, description, publicsDetail, accessConditions, ...themes, ...publics];
  return plainText([...told, ...translated].join(' ')).slice(0, wordsMax);
}

export const exportsPart: Part<ExportEvent> = {
  categories: {
    association: associationEvents as EventContract<ExportEvent>,
    offer: offerContract as EventContract<ExportEvent>,
    organisation: organisationContract as EventContract<ExportEvent>,
  },
  views: new URL('./views.sql', import.meta.url),
  tables: [publishers, offers],
};
