import type { ReferralEvent } from '@relais/contracts/referral-events';
import type { ReferralState } from '@relais/contracts/referrals';
import type { DraftedReferral, Place, Referral } from './state.ts';

type Event<Type extends ReferralEvent['type']> = Extract<ReferralEvent, { type: Type }>;

export function evolve(referral: Referral, event: ReferralEvent): Referral {
  if (event.type === 'referral-drafted.v1') return drafted(event);
  if (referral.status === 'absent') throw new Error(`${event.type} before it was drafted`);
  return moved(referral, event);
}

const unsent = {
  child: null,
  sent: false,
  categories: [],
  offer: null,
  deadlines: null,
  clock: 'none',
  reminders: 0,
  escalated: false,
  place: { is: 'none' },
  asked: [],
  used: [],
  released: [],
  cancellationRequested: false,
  endedByReceiver: false,
  flaggedFor: [],
} as const;

function drafted({ data }: Event<'referral-drafted.v1'>): DraftedReferral {
  const { case: file, persons, kind, themes, priority, target, sender, receiver, parent } = data;
  return {
    status: 'draft',
    case: file,
    persons,
    kind,
    themes,
    priority,
    target,
    sender,
    receiver,
    parent,
    ...unsent,
  };
}

/** The states that events lead to when they change nothing else but stop the clock. */
const plainMoves = {
  'referral-acknowledged.v1': 'under_review',
  'referral-info-requested.v2': 'info_requested',
  'referral-waitlisted.v1': 'waitlisted',
  'referral-withdrawn.v1': 'withdrawn',
  'referral-expired.v1': 'expired',
  'referral-started.v1': 'in_progress',
  'referral-held.v1': 'on_hold',
  'referral-resumed.v1': 'in_progress',
  'referral-failed.v1': 'failed',
  'referral-closed.v1': 'closed',
  'referral-entered-in-error.v2': 'entered_in_error',
} as const satisfies { readonly [type: string]: ReferralState };
type PlainMove = Event<keyof typeof plainMoves>;

const isPlainMove = (event: ReferralEvent): event is PlainMove =>
  Object.hasOwn(plainMoves, event.type);

function moved(
  referral: DraftedReferral,
  event: Exclude<ReferralEvent, Event<'referral-drafted.v1'>>,
): DraftedReferral {
  if (isPlainMove(event)) return stopped(referral, plainMoves[event.type]);
  switch (event.type) {
    case 'referral-sent.v1':
    case 'referral-reopened.v2':
      return begun(referral, event);
    case 'referral-claimed.v1': {
      const { receiver, offer } = event.data;
      return { ...stopped(referral, 'under_review'), receiver, offer };
    }
    case 'referral-info-supplied.v2': {
      const categories = [...new Set([...referral.categories, ...event.data.categories])];
      return { ...referral, status: 'under_review', categories };
    }
    case 'referral-declined.v1': {
      const endedByReceiver = event.data.declinedBy === 'receiver';
      return { ...stopped(referral, 'declined'), endedByReceiver };
    }
    case 'referral-redirected.v1':
      return {
        ...stopped(referral, 'redirected'),
        child: event.data.child,
        endedByReceiver: false,
      };
    case 'referral-completed.v1': {
      const { place } = event.data;
      const used = place === null ? referral.used : [...referral.used, place.reservation];
      return { ...stopped(referral, 'completed'), endedByReceiver: true, used };
    }
    case 'referral-cancelled.v1':
      return { ...stopped(referral, 'cancelled'), endedByReceiver: event.data.lateRefusal };
    case 'referral-cancellation-requested.v1':
      return { ...referral, cancellationRequested: true };
    case 'referral-unaccepted.v2':
      return { ...stopped(referral, 'under_review'), cancellationRequested: false };
    case 'referral-reminded.v1':
      return { ...referral, reminders: event.data.reminder };
    case 'referral-escalated.v1':
      return { ...referral, escalated: true };
    case 'referral-flagged.v1':
      return { ...referral, flaggedFor: [...referral.flaggedFor, event.data.other] };
    case 'referral-close-postponed.v1':
    case 'referral-note-added.v1':
      return referral;
    default:
      return withPlace(referral, event);
  }
}

function begun(
  referral: DraftedReferral,
  { type, data }: Event<'referral-sent.v1' | 'referral-reopened.v2'>,
): DraftedReferral {
  const sending = type === 'referral-sent.v1';
  return {
    ...referral,
    status: sending ? 'sent' : 'under_review',
    sent: true,
    categories: sending ? data.categories : referral.categories,
    offer: data.offer,
    deadlines: data.deadlines,
    clock: 'running',
    reminders: 0,
    escalated: false,
    cancellationRequested: false,
    endedByReceiver: false,
  };
}

/** An ended or answered referral waits for no deadline; a place it asked for or used up is not held any more. */
function stopped(referral: DraftedReferral, status: ReferralState): DraftedReferral {
  const clock = referral.clock === 'running' ? 'stopped' : referral.clock;
  const running = status === 'in_progress' || status === 'on_hold';
  const place: Place = running ? referral.place : { is: 'none' };
  return { ...referral, status, clock, place };
}

function withPlace(
  referral: DraftedReferral,
  event: Event<
    | 'referral-place-requested.v1'
    | 'referral-place-refused.v1'
    | 'referral-place-released.v1'
    | 'referral-accepted.v1'
  >,
): DraftedReferral {
  switch (event.type) {
    case 'referral-place-requested.v1': {
      const { offer, reservation, grounds } = event.data;
      const asked = [...referral.asked, reservation];
      const place = { is: 'requested', offer, reservation, grounds } as const;
      return { ...stopped(referral, referral.status), place, asked };
    }
    case 'referral-place-refused.v1':
      return { ...referral, place: { is: 'none' } };
    case 'referral-accepted.v1': {
      const { place } = event.data;
      const held: Place = place === null ? { is: 'none' } : { is: 'held', ...place };
      return { ...stopped(referral, 'accepted'), place: held };
    }
    case 'referral-place-released.v1':
      return { ...referral, released: [...referral.released, event.data.reservation] };
  }
}
