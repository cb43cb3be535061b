/** An organisation with its sites and offers as its source has them, as what is to stand in the log. */
import type { ContactPoint, Source } from '@relais/contracts/directory';
import { organisationContract, siteContract } from '@relais/contracts/directory-events';
import { AssociationId, OfferId, OrganisationId, SiteId } from '@relais/contracts/ids';
import { offerContract } from '@relais/contracts/offer-events';
import { derivedId } from '@relais/event-log/event-id';
import type { Log } from '@relais/event-log/log';
import { offerAggregate } from '../../offers/decide.ts';
import { organisationAggregate } from '../../organisations/decide.ts';
import { siteAggregate } from '../../sites/decide.ts';
import type {
  Entry,
  EntryKind,
  Group,
  OfferEntry,
  OrganisationTerms,
  SiteTerms,
} from '../described.ts';
import { bring, fits, type How } from './mirror.ts';
import type { ImportRow } from './spool.ts';

export type Wanted = {
  readonly kind: EntryKind;
  /** The source's identifier, told apart within the source. */
  readonly entry: string;
  readonly id: string;
  /** Undefined: the one that is there stays. */
  readonly contact: ContactPoint | null | undefined;
  /** All that is said but for the contact. */
  readonly content: unknown;
  /** Whether its event may be stored. */
  readonly check: () => boolean;
  /** Whether something had to be appended. */
  readonly submit: (how: How) => Promise<boolean>;
};

type Run = { readonly log: Log; readonly row: ImportRow; readonly key: string };

/** Ids of mirrors: the same entry of the same source is the same thing, whoever sends the file again. */
export const mirrorId = (
  kind: EntryKind,
  { association, source }: Pick<ImportRow, 'association' | 'source'>,
  entry: string,
): string => derivedId('mirror', kind, association, source, entry);

/** A place is told apart by its organisation: two may give one and the same building. */
const siteEntry = ({ key }: Run, id: string): string => JSON.stringify([key, id]);
const siteId = (run: Run, id: string) =>
  SiteId.parse(mirrorId('site', run.row, siteEntry(run, id)));
const organisationId = ({ row, key }: Run) =>
  OrganisationId.parse(mirrorId('organisation', row, key));
const associationOf = ({ row }: Run) => AssociationId.parse(row.association);
const sourceOf = ({ row }: Run, { id, url, updatedOn }: Entry<unknown>): Source => ({
  ...{ name: row.source, id, url, licence: row.terms.licence, updatedOn },
});

/** The organisation first, so that what refers to it finds it. */
export function wantedOf(log: Log, row: ImportRow, group: Group): Wanted[] {
  const run = { log, row, key: group.organisation.id };
  const sites = new Map(group.sites.map((site) => [site.id, site]));
  return [
    organisationOf(run, group.organisation),
    ...[...sites.values()].map((site) => siteOf(run, site)),
    ...group.offers.filter(({ suspended }) => !suspended).map((offer) => offerOf(run, offer)),
  ];
}

function organisationOf(run: Run, given: Entry<OrganisationTerms>): Wanted {
  const id = organisationId(run);
  const source = sourceOf(run, given);
  const terms = { ...given.terms, member: null, parent: null };
  const said = { organisation: id, association: associationOf(run), source };
  const types = { made: 'organisation-registered.v1', changed: 'organisation-changed.v1' };
  const target = { aggregate: organisationAggregate, contract: organisationContract };
  return {
    ...{ kind: 'organisation', entry: run.key, id, contact: given.contact },
    content: [terms, source],
    check: () => fits(organisationContract, types.made, { ...terms, ...said, contact: null }),
    submit: (how) =>
      bring({ log: run.log, ...target, id }, { ...how, ...types }, (contact) => ({
        ...{ type: 'mirror' as const, ...said, terms, contact },
      })),
  };
}

function siteOf(run: Run, given: Entry<SiteTerms>): Wanted {
  const id = siteId(run, given.id);
  const source = sourceOf(run, given);
  const { terms } = given;
  const organisation = organisationId(run);
  const said = { site: id, organisation, association: associationOf(run), source };
  const types = { made: 'site-registered.v1', changed: 'site-changed.v1' };
  const target = { aggregate: siteAggregate, contract: siteContract };
  return {
    ...{ kind: 'site', entry: siteEntry(run, given.id), id, contact: given.contact },
    content: [terms, source],
    check: () => fits(siteContract, types.made, { ...terms, ...said, contact: null }),
    submit: (how) =>
      bring({ log: run.log, ...target, id }, { ...how, ...types }, (contact) => ({
        ...{ type: 'mirror' as const, ...said, terms, contact },
      })),
  };
}

function offerOf(run: Run, given: OfferEntry): Wanted {
  const id = OfferId.parse(mirrorId('offer', run.row, given.id));
  const source = sourceOf(run, given);
  const sites = [...new Set(given.sites)].map((site) => siteId(run, site));
  const terms = {
    ...given.terms,
    ...{ organisation: organisationId(run), sites, places: null, deadlines: {}, translations: {} },
    visibility: { to: run.row.terms.visibility },
  };
  const said = { offer: id, association: associationOf(run), source };
  const types = { made: 'offer-published.v2', changed: 'offer-changed.v1' };
  const target = { aggregate: offerAggregate, contract: offerContract };
  return {
    ...{ kind: 'offer', entry: given.id, id, contact: given.contact },
    content: [terms, source],
    check: () => fits(offerContract, types.made, { ...terms, ...said, contact: null }),
    submit: (how) =>
      bring({ log: run.log, ...target, id }, { ...how, ...types }, (contact) => ({
        ...{ type: 'mirror' as const, ...said, terms, contact },
      })),
  };
}
