/** Commands that everything speaks for: only the table can refuse them. */
import type { Actor } from '@relais/contracts/actors';
import { deadlinePolicy } from '@relais/contracts/deadlines';
import { ReferralId, ReservationId } from '@relais/contracts/ids';
import type { OfferFact, ReferralAction, Target } from '@relais/contracts/referrals';
import {
  caseFacts,
  caseId,
  consentsOf,
  given,
  now,
  offer,
  offerId,
  person,
  receiver,
  sealed,
  sender,
  uuid,
} from '../fixture.ts';
import type { CommandOf } from './commands.ts';

export type Setting = { readonly target: Target['to']; readonly offer: OfferFact };

export const addressed: Setting = { target: 'offer', offer };
export const counted: Setting = { target: 'offer', offer: { ...offer, counted: true } };
export const openToEligible: Setting = { target: 'eligible', offer };

export const otherReferral = ReferralId.parse(uuid(21));
export const reservation = (n: number): ReservationId => ReservationId.parse(uuid(30 + n));

const targets: { readonly [To in Target['to']]: Target } = {
  offer: { to: 'offer', offer: offerId },
  association: { to: 'association', association: receiver },
  eligible: { to: 'eligible' },
};

const text = sealed();
export const consents = consentsOf(given());

/** The day after. */
const dayAfter = (at: string): string => new Date(Date.parse(at) + 86_400_000).toISOString();

const asked = { reason: 'situation_changed', requestedBy: 'person', text: null } as const;

const bodies = (setting: Setting, at: string) => ({
  draft: {
    case: caseId,
    persons: [person],
    kind: 'placement',
    themes: ['logement-hebergement--changer-de-logement'],
    need: text,
    target: targets[setting.target],
    priority: 'normal',
  },
  send: { categories: null },
  acknowledge: {},
  claim: { offer: setting.offer.offer },
  requestInfo: { text, categories: [] },
  supplyInfo: { text, categories: ['housing'] },
  waitlist: { position: 3, reviewBy: dayAfter(at) },
  accept: { text: null },
  decline: { reason: 'no_capacity', declinedBy: 'receiver', text, visibleTo: ['sender'] },
  redirect: { target: { to: 'association', association: sender }, text: null },
  withdraw: asked,
  start: {},
  hold: { reason: 'waiting_documents', resumeBy: dayAfter(at), text: null },
  resume: {},
  complete: { outcome: 'helped', text: null, visibleTo: ['sender', 'person'] },
  fail: { reason: 'no_show', text: null, visibleTo: ['sender'] },
  requestCancellation: asked,
  cancel: { reason: 'situation_changed', text: null },
  unaccept: { text },
  reopen: { text },
  close: {},
  enteredInError: { text },
  note: { text },
});

const facts = ({ offer: fact }: Setting, place: number) => ({
  case: caseFacts,
  offer: fact,
  receiverKnown: true,
  consents,
  policy: deadlinePolicy,
  shared: [sealed('identity'), sealed('housing')],
  eligible: true,
  reservation: reservation(place),
  child: otherReferral,
  childOpen: false,
  note: uuid(40),
});

/** The action by this actor, with everything in its favour; `place` numbers the reservation it may ask for. */
export const favourable = <Type extends ReferralAction>(
  type: Type,
  actor: Actor,
  setting: Setting = addressed,
  at = now,
  place = 1,
): CommandOf<Type> => {
  const given = facts(setting, place);
  const supplied = type === 'supplyInfo' ? { ...given, shared: [sealed('housing')] } : given;
  const ofCaller = actor.role !== 'system' && actor.association === setting.offer.association;
  const body = type === 'claim' && !ofCaller ? { offer: null } : bodies(setting, at)[type];
  return { type, actor, now: at, body, facts: supplied } as unknown as CommandOf<Type>;
};
