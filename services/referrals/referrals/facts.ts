import { actorOf } from '@relais/contracts/actors';
import { deadlinePolicy } from '@relais/contracts/deadlines';
import { AssociationId, type OfferId, ReferralId, ReservationId } from '@relais/contracts/ids';
import { viewersOf } from '@relais/contracts/offer-visibility';
import type { OfferFact, ReferralAction, Target } from '@relais/contracts/referrals';
import type { Category, Sealed } from '@relais/contracts/sealed';
import { eventId } from '@relais/event-log/event-id';
import type { Log } from '@relais/event-log/log';
import { HttpProblem } from '@relais/http/problem';
import { refuseForgotten } from '@relais/service/sealing';
import { type Commanding, type CommandRequest, newId } from '../commanding.ts';
import { sharable } from '../consents/covers.ts';
import type { Consents } from '../consents/state.ts';
import {
  isEligible,
  mayReceive,
  readAssociation,
  readCaseFacts,
  readConsents,
  readOffer,
  readOfferFor,
  readReferral,
} from '../stored.ts';
import type { FactsOf } from './commands.ts';
import { addressee, sharingOf } from './sending.ts';
import { sealShared } from './sharing.ts';
import type { DraftedReferral } from './state.ts';
import { isEnded, isFinal } from './states.ts';

type Loading = {
  readonly desk: Commanding;
  readonly request: CommandRequest;
  readonly id: ReferralId;
  readonly referral: DraftedReferral;
  // biome-ignore lint/suspicious/noExplicitAny: the body of the action; decide takes it with its type.
  readonly body: any;
};
type Loaded = Exclude<keyof FactsOf, 'draft'>;

/** What each action needs from other streams; actions that are not here need nothing. */
const load: { readonly [Action in Loaded]: (from: Loading) => Promise<FactsOf[Action]> } = {
  async send(from) {
    const facts = await sharing(from);
    const { desk, referral, body } = from;
    // The rules come to the same categories where none is named; nothing is sealed that they would refuse.
    const categories = body.categories ?? agreed(facts.consents, referral, desk.now());
    const file = await readCaseFacts(desk.log, referral.case);
    const receiverKnown = await mayReceive(desk.log, referral.receiver);
    const sealed = await shared(from, categories, 'referral-sent.v1');
    return { ...facts, receiverKnown, case: file, shared: sealed };
  },
  async claim({ desk, request, referral, body }) {
    const association = AssociationId.parse(request.caller.association);
    return {
      offer: await offerOf(desk.log, body.offer, [[association]]),
      consents: await readConsents(desk.log, referral.case),
      eligible: isEligible(await readAssociation(desk.log, association), referral.themes),
    };
  },
  async supplyInfo(from) {
    const { desk, referral, body } = from;
    return {
      case: await readCaseFacts(desk.log, referral.case),
      consents: await readConsents(desk.log, referral.case),
      shared: await shared(from, body.categories, 'referral-info-supplied.v2'),
    };
  },
  async accept({ desk, request, referral }) {
    const reservation = ReservationId.parse(newId(request, 'reservation'));
    return { consents: await readConsents(desk.log, referral.case), reservation };
  },
  async redirect({ desk, request, referral, body }) {
    const child = ReferralId.parse(newId(request, 'referral'));
    // The child is the sender's, who reads what it is for.
    const viewers = [viewersOf(actorOf(request.caller)), [referral.sender]];
    return { child, ...(await targetFacts(desk.log, body.target, referral.sender, viewers)) };
  },
  async reopen(from) {
    return { ...(await sharing(from)), childOpen: await isChildOpen(from.desk.log, from.referral) };
  },
  async close({ desk, referral }) {
    return { childOpen: await isChildOpen(desk.log, referral) };
  },
  async note({ request }) {
    return { note: newId(request, 'note') };
  },
};

/** Everything `action` is decided on, beside the referral itself. */
export async function loadFacts(
  action: Exclude<ReferralAction, 'draft'>,
  from: Loading,
): Promise<object> {
  return action in load ? load[action as Loaded](from) : {};
}

/** For whom each of those who name an offer looks at it. */
type Viewers = readonly (readonly AssociationId[])[];

/** The offer a target names, as it stands now; null where it names none, or none that all these may know of. */
export const targetOffer = (
  log: Log,
  target: Target,
  viewers: Viewers,
): Promise<OfferFact | null> => offerOf(log, target.to === 'offer' ? target.offer : null, viewers);

/**
 * The same, with whether the association behind the target works with cases. Throws where the target is the sender
 * itself; one of its offers may be, since a place of its own is asked for like any other.
 */
export async function targetFacts(
  log: Log,
  target: Target,
  sender: AssociationId,
  viewers: Viewers,
) {
  if (target.to === 'association' && target.association === sender) {
    const errors = [{ pointer: '/target/association', code: 'to-yourself', detail: toYourself }];
    throw new HttpProblem('invalid-request', { errors });
  }
  const offer = await targetOffer(log, target, viewers);
  return { offer, receiverKnown: await mayReceive(log, addressee(target, offer)) };
}

const toYourself = {
  en: 'This is the sender itself. Name another association, or the offer whose place is meant (`to: offer`).',
  fr: 'C’est le prescripteur lui-même. Nommez une autre association, ou l’offre dont la place est visée (`to: offer`).',
};

const offerOf = async (
  log: Log,
  id: OfferId | null,
  viewers: Viewers,
): Promise<OfferFact | null> => (id === null ? null : readOfferFor(log, id, viewers));

async function sharing({ desk, referral }: Loading) {
  const offer =
    referral.offer === null
      ? await targetOffer(desk.log, referral.target, [[referral.sender]])
      : await readOffer(desk.log, referral.offer.offer);
  return { consents: await readConsents(desk.log, referral.case), policy: deadlinePolicy, offer };
}

const agreed = (consents: Consents, referral: DraftedReferral, now: Date): readonly Category[] =>
  sharable(consents, { ...sharingOf(referral), at: now.toISOString() });

function shared(
  { desk, request, id, referral }: Loading,
  categories: readonly Category[],
  type: string,
): Promise<Sealed[]> {
  return sealShared(desk, {
    case: referral.case,
    persons: referral.persons,
    categories,
    at: { stream: `referral-${id}`, eventId: eventId(request.command.id, 0), type },
  }).catch((error: unknown) => refuseForgotten(error));
}

/** Whether the referral this one was redirected to is still under way. */
export async function isChildOpen(log: Log, { child }: DraftedReferral): Promise<boolean> {
  if (child === null) return false;
  const { status } = await readReferral(log, child);
  // Not there yet: the platform is about to open it.
  return status === 'absent' || !(isEnded(status) || isFinal(status));
}
