/** What the platform does by itself. A timer or reaction that comes late, or twice, changes nothing. */
import type { Deadlines } from '@relais/contracts/deadlines';
import type { ReferralEvent } from '@relais/contracts/referral-events';
import { accept, refuse } from '@relais/event-log/aggregate';
import { beforeWithdrawal } from '../consents/state.ts';
import { referralActions } from './actions.ts';
import type { CommandOf, SystemCommand } from './commands.ts';
import { closeAt } from './deadlines.ts';
import { evolve } from './evolve.ts';
import { type Decided, named, releasing } from './parties.ts';
import { addressee, coverage, send } from './sending.ts';
import { absent, type DraftedReferral, type Referral } from './state.ts';
import { serving } from './states.ts';

export function automatic(command: SystemCommand, referral: Referral): Decided {
  if (command.type === 'openChild') return openChild(command, referral);
  if (referral.status === 'absent') return refuse({ code: 'not-found' });
  if (referralActions[command.type].moves[referral.status] === undefined) {
    return refuse({ code: 'wrong-state', state: referral.status, allowedActions: [] });
  }
  return carriedOut(command, referral);
}

function carriedOut(
  command: Exclude<SystemCommand, { type: 'openChild' }>,
  referral: DraftedReferral,
): Decided {
  switch (command.type) {
    case 'confirmPlace':
      return confirmPlace(command, referral);
    case 'refusePlace':
      return refusePlace(command, referral);
    case 'remind':
    case 'remindAgain':
    case 'escalate':
    case 'expire':
      return due(command, referral);
    case 'consentWithdrawn':
      return consentWithdrawn(command, referral);
    case 'flagPlacedElsewhere': {
      const { other } = command;
      if (referral.kind !== 'placement' || referral.flaggedFor.includes(other)) return accept();
      const data = { ...named(referral), reason: 'placed_elsewhere', other } as const;
      return accept({ type: 'referral-flagged.v1', data });
    }
    case 'closeLater':
      return closeLater(command, referral);
  }
}

/** The child of a redirection: a draft of the same sender, sent at once where consent covers its recipient. */
function openChild(command: CommandOf<'openChild'>, referral: Referral): Decided {
  if (referral.status !== 'absent') return accept();
  const { parent, sender, persons, kind, themes, need, target, priority } = command;
  const { consents, policy, offer, shared, categories, now } = command;
  const receiver = addressee(target, offer);
  const wanted = { persons, kind, themes, need, target, priority, parent };
  const drafted: ReferralEvent = {
    type: 'referral-drafted.v1',
    data: { case: command.case, sender, receiver, ...wanted },
  };
  const draft = evolve(absent, drafted);
  if (draft.status === 'absent') return refuse({ code: 'not-found' });
  const sent = send(draft, { now, categories, facts: { consents, policy, offer, shared } });
  return sent.accepted ? accept(drafted, ...sent.events) : accept(drafted);
}

/** A place that comes when it is no longer wanted is given back at once. */
function confirmPlace(
  { reservation }: CommandOf<'confirmPlace'>,
  referral: DraftedReferral,
): Decided {
  const { place, asked, used, released, kind, persons } = referral;
  if (!asked.includes(reservation)) return refuse({ code: 'not-found' });
  if (place.is === 'requested' && place.reservation === reservation) {
    const { offer, grounds } = place;
    const held = { offer, reservation };
    const data = { ...named(referral), kind, persons, place: held, grounds, text: null };
    return accept({ type: 'referral-accepted.v1', data });
  }
  const isHeld = place.is === 'held' && place.reservation === reservation;
  if (isHeld || used.includes(reservation) || released.includes(reservation)) return accept();
  const { offer } = referral;
  if (offer === null) return refuse({ code: 'offer-unknown' });
  const data = { ...named(referral), offer: offer.offer, reservation, because: 'too-late' };
  return accept({ type: 'referral-place-released.v1', data });
}

function refusePlace(
  { reservation, reason }: CommandOf<'refusePlace'>,
  referral: DraftedReferral,
): Decided {
  const { place } = referral;
  if (place.is !== 'requested' || place.reservation !== reservation) return accept();
  const data = { ...named(referral), offer: place.offer, reservation, reason };
  return accept({ type: 'referral-place-refused.v1', data });
}

type Step = 'remind' | 'remindAgain' | 'escalate' | 'expire';

/** Reminders, escalation and expiry: each once, after the one before, when its date has passed. */
const steps: {
  readonly [Name in Step]: {
    readonly done: (referral: DraftedReferral) => boolean;
    readonly after: (referral: DraftedReferral) => boolean;
    readonly at: Exclude<keyof Deadlines, 'policy'>;
  };
} = {
  remind: { done: (it) => it.reminders >= 1, after: () => true, at: 'acknowledgeBy' },
  remindAgain: {
    done: (it) => it.reminders >= 2,
    after: (it) => it.reminders >= 1,
    at: 'secondReminderAt',
  },
  escalate: { done: (it) => it.escalated, after: (it) => it.reminders >= 2, at: 'decideBy' },
  expire: { done: () => false, after: (it) => it.escalated, at: 'expiresAt' },
};

function due({ type, now }: CommandOf<Step>, referral: DraftedReferral): Decided {
  const { deadlines, clock } = referral;
  const step = steps[type];
  if (deadlines === null || clock !== 'running') return refuse({ code: 'not-due' });
  if (step.done(referral)) return accept();
  const passed = Date.parse(now) >= Date.parse(deadlines[step.at]);
  if (!passed || !step.after(referral)) return refuse({ code: 'not-due' });
  const parties = named(referral);
  switch (type) {
    case 'remind':
    case 'remindAgain': {
      const reminder = type === 'remind' ? 1 : 2;
      return accept({ type: 'referral-reminded.v1', data: { ...parties, reminder, deadlines } });
    }
    case 'escalate':
      return accept({ type: 'referral-escalated.v1', data: { ...parties, deadlines } });
    case 'expire':
      return accept({
        type: 'referral-expired.v1',
        data: { ...parties, policy: deadlines.policy },
      });
  }
}

/**
 * Sharing stops where nothing else covers it; a draft only where this very consent had covered its recipient. Who is
 * served already goes on being served when a date passes: nobody said no, and the place would be lost.
 */
function consentWithdrawn(
  { consent, consents, because, now }: CommandOf<'consentWithdrawn'>,
  referral: DraftedReferral,
): Decided {
  const { categories } = referral;
  if (coverage(consents, referral, categories, now).covered) return accept();
  const before = consent === null ? consents : beforeWithdrawal(consents, consent);
  if (!referral.sent && !coverage(before, referral, categories, now).covered) return accept();
  const reason = because === 'withdrawn' ? 'consent_withdrawn' : 'consent_lapsed';
  if (serving.some((state) => state === referral.status)) {
    if (because === 'expired') return accept();
    const how = { by: 'system', requested: false, lateRefusal: false } as const;
    const data = { ...named(referral), reason, ...how, text: null };
    return releasing(referral, { type: 'referral-cancelled.v1', data });
  }
  const data = { ...named(referral), reason, requestedBy: 'person' as const, text: null };
  return accept({ type: 'referral-withdrawn.v1', data });
}

function closeLater(
  { now, policy, childOpen }: CommandOf<'closeLater'>,
  referral: DraftedReferral,
): Decided {
  if (referral.child !== null && childOpen) {
    const data = { ...named(referral), closeAt: closeAt(now, policy) };
    return accept({ type: 'referral-close-postponed.v1', data });
  }
  return accept({ type: 'referral-closed.v1', data: { ...named(referral), by: 'system' } });
}
