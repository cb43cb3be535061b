import { type Actor, coordinates, mayManage } from '@relais/contracts/actors';
import type { Source } from '@relais/contracts/directory';
import type { OrganisationEvent, OrganisationTerms } from '@relais/contracts/directory-events';
import type { DirectoryRefusalCode } from '@relais/contracts/directory-problems';
import type { EntryAction, EntryState } from '@relais/contracts/directory-views';
import type { AssociationId, OrganisationId } from '@relais/contracts/ids';
import type { Sealed } from '@relais/contracts/sealed';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';
import { isSame, isSameEntry } from '../sameness.ts';

/** Where the named parent stands, from the log. */
export type ParentFact = 'none' | 'known' | 'unknown' | 'below';

export type OrganisationCommand =
  | {
      readonly type: 'register';
      readonly actor: Actor;
      readonly organisation: OrganisationId;
      readonly association: AssociationId;
      readonly terms: OrganisationTerms;
      readonly contact: Sealed | null;
      readonly parent: ParentFact;
    }
  | {
      readonly type: 'change';
      readonly actor: Actor;
      readonly terms: OrganisationTerms;
      /** Undefined: it stays as it is. */
      readonly contact: Sealed | null | undefined;
      readonly parent: ParentFact;
    }
  | { readonly type: 'retire' | 'forget-contact'; readonly actor: Actor }
  /** By an import: as the source has it now. */
  | {
      readonly type: 'mirror';
      readonly organisation: OrganisationId;
      readonly association: AssociationId;
      readonly terms: OrganisationTerms;
      readonly contact: Sealed | null | undefined;
      readonly source: Source;
    }
  /** By an import: the source no longer has it. */
  | { readonly type: 'unmirror'; readonly source: Pick<Source, 'name' | 'id'> };

export type KnownOrganisation = {
  readonly state: EntryState;
  readonly organisation: OrganisationId;
  readonly association: AssociationId;
  readonly terms: OrganisationTerms;
  readonly source: Source | null;
  readonly hasContact: boolean;
};
export type Organisation = { readonly state: 'absent' } | KnownOrganisation;
export type OrganisationRefusal = { readonly code: DirectoryRefusalCode };

type Decided = Decision<OrganisationEvent, OrganisationRefusal>;

/** Who keeps which organisation in the directory, and what is said of it. */
export function decide(command: OrganisationCommand, organisation: Organisation): Decided {
  if (command.type === 'register') return register(command, organisation);
  if (command.type === 'mirror') return mirror(command, organisation);
  if (organisation.state === 'absent') return refuse({ code: 'not-found' });
  if (command.type === 'unmirror') {
    return isSameEntry(organisation.source, command.source)
      ? retire(organisation)
      : refuse({ code: 'not-a-mirror' });
  }
  if (!mayManage(command.actor, organisation.association)) {
    return refuse({ code: 'not-your-entry' });
  }
  if (organisation.source !== null) return refuse({ code: 'mirror-read-only' });
  if (command.type === 'change') return change(command, organisation);
  if (command.type === 'retire') return retire(organisation);
  return organisation.hasContact
    ? accept({ type: 'organisation-contact-forgotten.v1', data: idsOf(organisation) })
    : refuse({ code: 'no-contact' });
}

function register(
  command: Extract<OrganisationCommand, { type: 'register' }>,
  { state }: Organisation,
): Decided {
  if (state !== 'absent') return refuse({ code: 'already-exists' });
  const { organisation, association, terms, contact } = command;
  const wrong = linksRefused(command, association, null);
  if (wrong !== undefined) return refuse({ code: wrong });
  const data = { organisation, association, ...terms, contact, source: null };
  return accept({ type: 'organisation-registered.v1', data });
}

function change(
  command: Extract<OrganisationCommand, { type: 'change' }>,
  organisation: KnownOrganisation,
): Decided {
  const { terms, contact } = command;
  const wrong = linksRefused(command, organisation.association, organisation.terms.member);
  if (wrong !== undefined) return refuse({ code: wrong });
  const isAsItWas = isSame(terms, organisation.terms) && contact === undefined;
  if (isAsItWas && organisation.state === 'listed') return accept();
  const data = { ...idsOf(organisation), ...terms, ...given(contact), source: null };
  return accept({ type: 'organisation-changed.v1', data });
}

function mirror(
  command: Extract<OrganisationCommand, { type: 'mirror' }>,
  known: Organisation,
): Decided {
  const { organisation, association, terms, contact, source } = command;
  const data = { organisation, association, ...terms, source };
  if (known.state === 'absent') {
    return accept({
      type: 'organisation-registered.v1',
      data: { ...data, contact: contact ?? null },
    });
  }
  if (!isSameEntry(known.source, source) || known.association !== association) {
    return refuse({ code: 'not-a-mirror' });
  }
  const isAsItWas = isSame([terms, source], [known.terms, known.source]) && contact === undefined;
  if (isAsItWas && known.state === 'listed') return accept();
  return accept({ type: 'organisation-changed.v1', data: { ...data, ...given(contact) } });
}

const retire = (organisation: KnownOrganisation): Decided =>
  organisation.state === 'retired'
    ? accept()
    : accept({ type: 'organisation-retired.v1', data: idsOf(organisation) });

/** What stands against the links to a parent and to a member, if anything. */
function linksRefused(
  { actor, terms, parent }: Extract<OrganisationCommand, { type: 'register' | 'change' }>,
  association: AssociationId,
  before: AssociationId | null,
): DirectoryRefusalCode | undefined {
  if (parent === 'unknown') return 'parent-unknown';
  if (parent === 'below') return 'parent-below';
  const { member } = terms;
  const isTheirs = member === null || member === before || member === association;
  return isTheirs || coordinates(actor, [member]) ? undefined : 'member-not-yours';
}

const given = (contact: Sealed | null | undefined) => (contact === undefined ? {} : { contact });
const idsOf = ({ organisation, association }: KnownOrganisation) => ({ organisation, association });

/** What this actor may do to an entry that stands like this. */
export const allowedActions = (
  actor: Actor,
  entry: Pick<KnownOrganisation, 'state' | 'association' | 'hasContact'> & {
    readonly source: unknown;
  },
): EntryAction[] => {
  if (!mayManage(actor, entry.association) || entry.source !== null) return [];
  const retire: EntryAction[] = entry.state === 'listed' ? ['retire'] : [];
  return ['change', ...retire, ...(entry.hasContact ? (['forget-contact'] as const) : [])];
};

export function evolve(known: Organisation, event: OrganisationEvent): Organisation {
  switch (event.type) {
    case 'organisation-registered.v1':
    case 'organisation-changed.v1': {
      const { organisation, association, source, contact, ...terms } = event.data;
      const had = known.state !== 'absent' && known.hasContact;
      const hasContact = contact === undefined ? had : contact !== null;
      return { state: 'listed', organisation, association, terms, source, hasContact };
    }
    case 'organisation-contact-forgotten.v1':
      return { ...registered(known), hasContact: false };
    case 'organisation-retired.v1':
      return { ...registered(known), state: 'retired', hasContact: false };
  }
}

function registered(organisation: Organisation): KnownOrganisation {
  if (organisation.state === 'absent') throw new Error('changed before it was registered');
  return organisation;
}

export const organisationAggregate: Aggregate<
  OrganisationCommand,
  Organisation,
  OrganisationEvent,
  OrganisationRefusal
> = { category: 'organisation', initial: { state: 'absent' }, decide, evolve };
