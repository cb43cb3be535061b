/** What sender, receiver and coordinator do to a referral that is under way; who and when is settled already. */
import type { NoteId } from '@relais/contracts/cases';
import type { ReferralEvent } from '@relais/contracts/referral-events';
import { accept, refuse } from '@relais/event-log/aggregate';
import type { CommandOf, UserCommand } from './commands.ts';
import { deadlinesFrom } from './deadlines.ts';
import { type Decided, named, releasing } from './parties.ts';
import { partiesOf } from './permitted.ts';
import { relations } from './relation.ts';
import { addressee, coverage, offerRefusal, snapshot } from './sending.ts';
import type { DraftedReferral } from './state.ts';

const isPast = (date: string, now: string): boolean => Date.parse(date) <= Date.parse(now);

/** As what the caller acts: the receiver where it is that, whatever else it is. */
const actingAs = (command: UserCommand, referral: DraftedReferral): 'receiver' | 'coordinator' =>
  relations(partiesOf(referral), command.actor, false).includes('receiver')
    ? 'receiver'
    : 'coordinator';

export function waitlist(command: CommandOf<'waitlist'>, referral: DraftedReferral): Decided {
  const { position, reviewBy } = command.body;
  if (isPast(reviewBy, command.now)) return refuse({ code: 'date-passed' });
  return accept({
    type: 'referral-waitlisted.v1',
    data: { ...named(referral), position, reviewBy },
  });
}

/** A counted offer's place is asked for first; the acceptance follows when it is reserved. */
export function acceptReferral(command: CommandOf<'accept'>, referral: DraftedReferral): Decided {
  const { body, facts, now } = command;
  const covered = coverage(facts.consents, referral, referral.categories, now);
  if (!covered.covered) return refuse({ code: 'consent-missing', categories: covered.missing });
  const { offer, persons, kind } = referral;
  const { grounds } = covered;
  const { text } = body;
  if (offer?.counted === true) {
    const place = { offer: offer.offer, reservation: facts.reservation };
    const data = { ...named(referral), ...place, persons, grounds, text };
    return accept({ type: 'referral-place-requested.v1', data });
  }
  const data = { ...named(referral), kind, persons, place: null, grounds, text };
  return accept({ type: 'referral-accepted.v1', data });
}

export function decline(command: CommandOf<'decline'>, referral: DraftedReferral): Decided {
  const { reason, declinedBy, text, visibleTo } = command.body;
  const data = { ...named(referral), reason, declinedBy, text, visibleTo };
  return accept({ type: 'referral-declined.v1', data });
}

export function redirect(command: CommandOf<'redirect'>, referral: DraftedReferral): Decided {
  const { body, facts } = command;
  const { target, text } = body;
  if (target.to === 'offer' && facts.offer?.offer !== target.offer) {
    return refuse({ code: 'offer-unknown' });
  }
  if (!facts.receiverKnown) return refuse({ code: 'association-unknown' });
  const sameOffer = target.to !== 'offer' || target.offer === referral.offer?.offer;
  if (addressee(target, facts.offer) === referral.receiver && sameOffer) {
    return refuse({ code: 'same-target' });
  }
  const by = actingAs(command, referral);
  const data = { ...named(referral), by, child: facts.child, target, text };
  return accept({ type: 'referral-redirected.v1', data });
}

export function withdraw(command: CommandOf<'withdraw'>, referral: DraftedReferral): Decided {
  const { reason, requestedBy, text } = command.body;
  const is = relations(partiesOf(referral), command.actor, false);
  if (requestedBy !== 'person' && !is.includes('sender')) {
    return refuse({ code: 'person-must-ask' });
  }
  const data = { ...named(referral), reason, requestedBy, text };
  return accept({ type: 'referral-withdrawn.v1', data });
}

export function hold(command: CommandOf<'hold'>, referral: DraftedReferral): Decided {
  const { reason, resumeBy, text } = command.body;
  if (isPast(resumeBy, command.now)) return refuse({ code: 'date-passed' });
  const data = { ...named(referral), reason, resumeBy, text };
  return accept({ type: 'referral-held.v1', data });
}

/** The place is used, not given back: what becomes of it is the resources service's business. */
export function complete(command: CommandOf<'complete'>, referral: DraftedReferral): Decided {
  const { outcome, text, visibleTo } = command.body;
  const { place } = referral;
  const used = place.is === 'held' ? { offer: place.offer, reservation: place.reservation } : null;
  const data = { ...named(referral), outcome, place: used, text, visibleTo };
  return accept({ type: 'referral-completed.v1', data });
}

export function fail(command: CommandOf<'fail'>, referral: DraftedReferral): Decided {
  const { reason, text, visibleTo } = command.body;
  const data = { ...named(referral), reason, text, visibleTo };
  return releasing(referral, { type: 'referral-failed.v1', data });
}

export function requestCancellation(
  command: CommandOf<'requestCancellation'>,
  referral: DraftedReferral,
): Decided {
  const { reason, requestedBy, text } = command.body;
  const data = { ...named(referral), reason, requestedBy, text };
  return accept({ type: 'referral-cancellation-requested.v1', data });
}

export function cancel(command: CommandOf<'cancel'>, referral: DraftedReferral): Decided {
  const { reason, text } = command.body;
  const by = actingAs(command, referral);
  const requested = referral.cancellationRequested;
  const lateRefusal = by === 'receiver' && !requested;
  const data = { ...named(referral), reason, by, requested, lateRefusal, text };
  return releasing(referral, { type: 'referral-cancelled.v1', data });
}

export function reopen(command: CommandOf<'reopen'>, referral: DraftedReferral): Decided {
  const { body, facts, now } = command;
  if (referral.child !== null && facts.childOpen) return refuse({ code: 'child-open' });
  const closed = offerRefusal(referral.offer?.offer ?? null, facts.offer);
  if (closed !== undefined) return refuse({ code: closed });
  const covered = coverage(facts.consents, referral, referral.categories, now);
  if (!covered.covered) return refuse({ code: 'consent-missing', categories: covered.missing });
  const offer = referral.offer !== null && facts.offer !== null ? snapshot(facts.offer) : null;
  const data = {
    ...named(referral),
    by: referral.endedByReceiver ? actingAs(command, referral) : ('coordinator' as const),
    from: referral.status,
    text: body.text,
    offer,
    grounds: covered.grounds,
    deadlines: deadlinesFrom(now, referral.priority, facts.policy, offer?.deadlines),
  };
  return accept({ type: 'referral-reopened.v2', data });
}

export function close(command: CommandOf<'close'>, referral: DraftedReferral): Decided {
  if (referral.child !== null && command.facts.childOpen) return refuse({ code: 'child-open' });
  return accept({ type: 'referral-closed.v1', data: { ...named(referral), by: 'sender' } });
}

export function enterInError(
  command: CommandOf<'enteredInError'>,
  referral: DraftedReferral,
): Decided {
  const data = { ...named(referral), from: referral.status, text: command.body.text };
  return releasing(referral, { type: 'referral-entered-in-error.v2', data });
}

export function note(command: CommandOf<'note'>, referral: DraftedReferral): Decided {
  const { actor, body, facts } = command;
  if (actor.role === 'system') return refuse({ code: 'not-your-part' });
  const { association } = actor;
  const data = { ...named(referral), note: facts.note as NoteId, association, text: body.text };
  return accept({ type: 'referral-note-added.v1', data });
}

export function unaccept(command: CommandOf<'unaccept'>, referral: DraftedReferral): Decided {
  const data = { ...named(referral), text: command.body.text };
  return releasing(referral, { type: 'referral-unaccepted.v2', data });
}

export function requestInfo(command: CommandOf<'requestInfo'>, referral: DraftedReferral): Decided {
  const { text, categories } = command.body;
  const data = { ...named(referral), text, categories };
  return accept({ type: 'referral-info-requested.v2', data });
}

/** Actions that carry nothing. */
export const move = (
  type: 'referral-acknowledged.v1' | 'referral-started.v1' | 'referral-resumed.v1',
  referral: DraftedReferral,
): Decided => accept<ReferralEvent>({ type, data: named(referral) });
