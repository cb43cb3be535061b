import { type Actor, mayManage } from '@relais/contracts/actors';
import type { Source } from '@relais/contracts/directory';
import type { DirectoryRefusalCode } from '@relais/contracts/directory-problems';
import type { AssociationId, OfferId } from '@relais/contracts/ids';
import type { OfferState } from '@relais/contracts/offer-codes';
import type { OfferEvent, OfferTerms } from '@relais/contracts/offer-events';
import type { OfferAction } from '@relais/contracts/offer-views';
import type { ResourceRefusalCode } from '@relais/contracts/resource-problems';
import type { Sealed } from '@relais/contracts/sealed';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';
import { isSame, isSameEntry } from '../sameness.ts';
import { mirror } from './mirror.ts';
import { evolve, type KnownOffer, type Offer } from './offer.ts';

/** Whether the organisation and the sites that terms name may be named, from the log. */
export type LinksFact = 'fine' | 'organisation-unknown' | 'site-unknown';

/** A change says all of it anew, but for what has commands of its own. */
export type ChangedTerms = Omit<OfferTerms, 'kind' | 'places'>;

export type OfferCommand =
  | {
      readonly type: 'publish';
      readonly offer: OfferId;
      readonly association: AssociationId;
      readonly terms: OfferTerms;
      readonly contact: Sealed | null;
      readonly links: LinksFact;
    }
  | {
      readonly type: 'change';
      readonly actor: Actor;
      readonly terms: ChangedTerms;
      /** Undefined: it stays as it is. */
      readonly contact: Sealed | null | undefined;
      readonly links: LinksFact;
    }
  | { readonly type: 'reclassify'; readonly actor: Actor; readonly kind: string }
  | {
      readonly type: 'confirm' | 'suspend' | 'resume' | 'withdraw' | 'forget-contact';
      readonly actor: Actor;
    }
  /** By an import: as the source has it now. Its places are never counted here. */
  | {
      readonly type: 'mirror';
      readonly offer: OfferId;
      readonly association: AssociationId;
      readonly terms: OfferTerms;
      readonly contact: Sealed | null | undefined;
      readonly source: Source;
    }
  /** By an import: the source no longer has it. */
  | { readonly type: 'unmirror'; readonly source: Pick<Source, 'name' | 'id'> }
  /** By the calendar: nobody confirmed it for long. */
  | { readonly type: 'ask-confirmation'; readonly reminder: number }
  | { readonly type: 'grow-stale' };

export type OfferRefusal = { readonly code: ResourceRefusalCode | DirectoryRefusalCode };

type Of<Type extends OfferCommand['type']> = Extract<OfferCommand, { type: Type }>;
type Decided = Decision<OfferEvent, OfferRefusal>;

/** Who offers what, and whether it can be had. */
export function decide(command: OfferCommand, offer: Offer): Decided {
  if (command.type === 'publish') return publish(command, offer);
  if (command.type === 'mirror') return mirror(command, offer);
  if (offer.state === 'absent') return refuse({ code: 'not-found' });
  if (command.type === 'unmirror') {
    return isSameEntry(offer.source, command.source)
      ? move('withdraw', offer)
      : refuse({ code: 'not-a-mirror' });
  }
  if (command.type === 'ask-confirmation' || command.type === 'grow-stale') {
    return age(command, offer);
  }
  if (!mayManage(command.actor, offer.association)) return refuse({ code: 'not-your-offer' });
  if (offer.source !== null) return refuse({ code: 'mirror-read-only' });
  return manage(command, offer);
}

function publish(command: Of<'publish'>, { state }: Offer): Decided {
  if (state !== 'absent') return refuse({ code: 'already-exists' });
  const { offer, association, terms, contact, links } = command;
  if (links !== 'fine') return refuse({ code: links });
  const data = { offer, association, ...terms, contact, source: null };
  return accept({ type: 'offer-published.v2', data });
}

type ByHand = Exclude<Extract<OfferCommand, { readonly actor: Actor }>, Of<'publish'>>;

function manage(command: ByHand, offer: KnownOffer): Decided {
  switch (command.type) {
    case 'suspend':
    case 'resume':
    case 'withdraw':
      return move(command.type, offer);
    case 'forget-contact':
      return offer.hasContact
        ? accept({ type: 'offer-contact-forgotten.v1', data: idsOf(offer) })
        : refuse({ code: 'no-contact' });
  }
  if (offer.state === 'withdrawn') return refuse({ code: 'wrong-state' });
  switch (command.type) {
    case 'change':
      return change(command, offer);
    case 'reclassify':
      return command.kind === offer.terms.kind
        ? accept()
        : accept({
            type: 'offer-reclassified.v1',
            data: { ...idsOf(offer), kind: command.kind },
          });
    case 'confirm':
      return accept({ type: 'offer-confirmed.v1', data: idsOf(offer) });
  }
}

function change({ terms, contact, links }: Of<'change'>, offer: KnownOffer): Decided {
  const { kind: _, places: __, ...before } = offer.terms;
  if (isSame(terms, before) && contact === undefined) return accept();
  if (links !== 'fine') return refuse({ code: links });
  const given = contact === undefined ? {} : { contact };
  const data = { ...idsOf(offer), ...terms, ...given, source: null };
  return accept({ type: 'offer-changed.v1', data });
}

/** From which states an action leads where. */
const moves = {
  suspend: { from: ['open'], to: 'suspended', event: 'offer-suspended.v1' },
  resume: { from: ['suspended'], to: 'open', event: 'offer-resumed.v1' },
  withdraw: { from: ['open', 'suspended'], to: 'withdrawn', event: 'offer-withdrawn.v1' },
} as const satisfies { readonly [action in OfferAction]?: object };

function move(action: keyof typeof moves, offer: KnownOffer): Decided {
  const { from, to, event } = moves[action];
  if (offer.state === to) return accept();
  return (from as readonly OfferState[]).includes(offer.state)
    ? accept({ type: event, data: idsOf(offer) })
    : refuse({ code: 'wrong-state' });
}

/** Asked once for each reminder, and never about what its source keeps fresh or what is gone. */
function age(command: Of<'ask-confirmation' | 'grow-stale'>, offer: KnownOffer): Decided {
  if (offer.state === 'withdrawn' || offer.source !== null || offer.isStale) return accept();
  if (command.type === 'grow-stale') {
    return accept({ type: 'offer-grown-stale.v1', data: idsOf(offer) });
  }
  const { reminder } = command;
  return reminder <= offer.reminders
    ? accept()
    : accept({ type: 'offer-confirmation-asked.v1', data: { ...idsOf(offer), reminder } });
}

const idsOf = ({ offer, association }: KnownOffer) => ({ offer, association });

/** What this actor may do to an offer that stands like this. */
export function allowedActions(
  actor: Actor,
  offer: Pick<KnownOffer, 'state' | 'association' | 'hasContact'> & { readonly source: unknown },
): OfferAction[] {
  if (!mayManage(actor, offer.association) || offer.source !== null) return [];
  const actions: OfferAction[] =
    offer.state === 'withdrawn' ? [] : ['change', 'reclassify', 'confirm'];
  for (const action of ['suspend', 'resume', 'withdraw'] as const) {
    const { from } = moves[action];
    if ((from as readonly OfferState[]).includes(offer.state)) actions.push(action);
  }
  if (offer.hasContact) actions.push('forget-contact');
  return actions;
}

export const offerAggregate: Aggregate<OfferCommand, Offer, OfferEvent, OfferRefusal> = {
  category: 'offer',
  initial: { state: 'absent' },
  decide,
  evolve,
};
