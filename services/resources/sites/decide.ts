import { type Actor, mayManage } from '@relais/contracts/actors';
import type { Source } from '@relais/contracts/directory';
import type { SiteEvent, SiteTerms } from '@relais/contracts/directory-events';
import type { DirectoryRefusalCode } from '@relais/contracts/directory-problems';
import type { EntryState } from '@relais/contracts/directory-views';
import type { AssociationId, OrganisationId, SiteId } from '@relais/contracts/ids';
import type { Sealed } from '@relais/contracts/sealed';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';
import type { Organisation } from '../organisations/decide.ts';
import { isSame, isSameEntry } from '../sameness.ts';

export type SiteCommand =
  | {
      readonly type: 'register';
      readonly actor: Actor;
      readonly site: SiteId;
      /** As it stands in the log: a site is kept by whoever keeps its organisation. */
      readonly of: Organisation;
      readonly terms: SiteTerms;
      readonly contact: Sealed | null;
    }
  | {
      readonly type: 'change';
      readonly actor: Actor;
      readonly terms: SiteTerms;
      /** Undefined: it stays as it is. */
      readonly contact: Sealed | null | undefined;
    }
  | { readonly type: 'retire' | 'forget-contact'; readonly actor: Actor }
  /** By an import: as the source has it now. */
  | {
      readonly type: 'mirror';
      readonly site: SiteId;
      readonly organisation: OrganisationId;
      readonly association: AssociationId;
      readonly terms: SiteTerms;
      readonly contact: Sealed | null | undefined;
      readonly source: Source;
    }
  /** By an import: the source no longer has it. */
  | { readonly type: 'unmirror'; readonly source: Pick<Source, 'name' | 'id'> };

export type KnownSite = {
  readonly state: EntryState;
  readonly site: SiteId;
  readonly organisation: OrganisationId;
  readonly association: AssociationId;
  readonly terms: SiteTerms;
  readonly source: Source | null;
  readonly hasContact: boolean;
};
export type Site = { readonly state: 'absent' } | KnownSite;
export type SiteRefusal = { readonly code: DirectoryRefusalCode };

type Decided = Decision<SiteEvent, SiteRefusal>;

/** Where an organisation can be found. */
export function decide(command: SiteCommand, site: Site): Decided {
  if (command.type === 'register') return register(command, site);
  if (command.type === 'mirror') return mirror(command, site);
  if (site.state === 'absent') return refuse({ code: 'not-found' });
  if (command.type === 'unmirror') {
    return isSameEntry(site.source, command.source)
      ? retire(site)
      : refuse({ code: 'not-a-mirror' });
  }
  if (!mayManage(command.actor, site.association)) return refuse({ code: 'not-your-entry' });
  if (site.source !== null) return refuse({ code: 'mirror-read-only' });
  if (command.type === 'change') return change(command, site);
  if (command.type === 'retire') return retire(site);
  return site.hasContact
    ? accept({ type: 'site-contact-forgotten.v1', data: idsOf(site) })
    : refuse({ code: 'no-contact' });
}

function register(command: Extract<SiteCommand, { type: 'register' }>, { state }: Site): Decided {
  const { actor, site, of, terms, contact } = command;
  if (state !== 'absent') return refuse({ code: 'already-exists' });
  if (of.state === 'absent') return refuse({ code: 'not-found' });
  if (!mayManage(actor, of.association)) return refuse({ code: 'not-your-entry' });
  if (of.source !== null) return refuse({ code: 'mirror-read-only' });
  if (of.state === 'retired') return refuse({ code: 'wrong-state' });
  const { organisation, association } = of;
  const data = { site, organisation, association, ...terms, contact, source: null };
  return accept({ type: 'site-registered.v1', data });
}

function change(
  { terms, contact }: Extract<SiteCommand, { type: 'change' }>,
  site: KnownSite,
): Decided {
  const isAsItWas = isSame(terms, site.terms) && contact === undefined;
  if (isAsItWas && site.state === 'listed') return accept();
  const data = { ...idsOf(site), ...terms, ...given(contact), source: null };
  return accept({ type: 'site-changed.v1', data });
}

function mirror(command: Extract<SiteCommand, { type: 'mirror' }>, known: Site): Decided {
  const { site, organisation, association, terms, contact, source } = command;
  const data = { site, organisation, association, ...terms, source };
  if (known.state === 'absent') {
    return accept({ type: 'site-registered.v1', data: { ...data, contact: contact ?? null } });
  }
  if (!isSameEntry(known.source, source) || known.association !== association) {
    return refuse({ code: 'not-a-mirror' });
  }
  const before = [known.terms, known.source, known.organisation];
  const isAsItWas = isSame([terms, source, organisation], before) && contact === undefined;
  if (isAsItWas && known.state === 'listed') return accept();
  return accept({ type: 'site-changed.v1', data: { ...data, ...given(contact) } });
}

const retire = (site: KnownSite): Decided =>
  site.state === 'retired' ? accept() : accept({ type: 'site-retired.v1', data: idsOf(site) });

const given = (contact: Sealed | null | undefined) => (contact === undefined ? {} : { contact });
const idsOf = ({ site, organisation, association }: KnownSite) => ({
  site,
  organisation,
  association,
});

export function evolve(known: Site, event: SiteEvent): Site {
  switch (event.type) {
    case 'site-registered.v1':
    case 'site-changed.v1': {
      const { site, organisation, association, source, contact, ...terms } = event.data;
      const had = known.state !== 'absent' && known.hasContact;
      const hasContact = contact === undefined ? had : contact !== null;
      return { state: 'listed', site, organisation, association, terms, source, hasContact };
    }
    case 'site-contact-forgotten.v1':
      return { ...registered(known), hasContact: false };
    case 'site-retired.v1':
      return { ...registered(known), state: 'retired', hasContact: false };
  }
}

function registered(site: Site): KnownSite {
  if (site.state === 'absent') throw new Error('changed before it was registered');
  return site;
}

export const siteAggregate: Aggregate<SiteCommand, Site, SiteEvent, SiteRefusal> = {
  category: 'site',
  initial: { state: 'absent' },
  decide,
  evolve,
};
