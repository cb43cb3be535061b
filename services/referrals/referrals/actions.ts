/**
 * The table of a referral's actions: from which state to which, by whom, recorded as what. The rules,
 * allowedActions, the documentation (docs/referral-actions.md) and the property tests are all driven by it.
 */
import { ReferralAction } from '@relais/contracts/referrals';
import {
  beforeAcceptance,
  deciding,
  endedStates,
  everyState,
  from,
  nothing,
  openStates,
  type Row,
  row,
  serving,
  staying,
} from './states.ts';
import { type SystemAction, systemRows } from './system-actions.ts';

export type Action = ReferralAction | SystemAction;

export const userRows: { readonly [Name in ReferralAction]: Row } = {
  draft: row(
    from(['absent'], 'draft'),
    ['sender'],
    'referral-drafted.v1',
    'the persons are in the sender’s care',
    'need, target offer or association, or open to all eligible',
  ),
  send: row(
    from(['draft'], 'sent'),
    ['sender'],
    'referral-sent.v1',
    'the persons are still in the sender’s care; a live consent or a recorded exception covers recipient, purpose and categories; the offer is open',
    'snapshot of what is shared and of the offer; due dates by priority',
  ),
  acknowledge: row(
    from(['sent'], 'under_review'),
    ['receiver'],
    'referral-acknowledged.v1',
    'is the addressee',
    nothing,
  ),
  claim: row(
    from(['sent'], 'under_review'),
    ['eligible'],
    'referral-claimed.v1',
    'it has no addressee: the first one wins; consent covers it',
    'the offer it is claimed for',
  ),
  requestInfo: row(
    from(['under_review'], 'info_requested'),
    ['receiver'],
    'referral-info-requested.v2',
    nothing,
    'what is missing',
  ),
  supplyInfo: row(
    from(['info_requested'], 'under_review'),
    ['sender'],
    'referral-info-supplied.v2',
    'consent is checked again; nothing of the file once the case is in other hands',
    'what is given',
  ),
  waitlist: row(
    from(['sent', 'under_review'], 'waitlisted'),
    ['receiver'],
    'referral-waitlisted.v1',
    'the offer has a waiting list',
    'position, reviewBy',
  ),
  accept: row(
    from(deciding, 'accepted'),
    ['receiver'],
    'referral-accepted.v1',
    'consent is live; a counted offer has reserved its place (asked for first)',
    'reservation',
  ),
  decline: row(
    from(beforeAcceptance, 'declined'),
    ['receiver'],
    'referral-declined.v1',
    nothing,
    'reason code, declinedBy receiver or person, text, visibleTo',
  ),
  redirect: row(
    from(['sent', 'under_review', 'declined'], 'redirected'),
    ['receiver', 'coordinator'],
    'referral-redirected.v1',
    'consent covers the new association, else the child stays a draft',
    'child, target',
  ),
  withdraw: row(
    from(['draft', ...beforeAcceptance], 'withdrawn'),
    ['sender', 'coordinator'],
    'referral-withdrawn.v1',
    'a coordinator only at the person’s request',
    'reason',
  ),
  start: row(
    from(['accepted'], 'in_progress'),
    ['receiver'],
    'referral-started.v1',
    nothing,
    nothing,
  ),
  hold: row(
    from(['in_progress'], 'on_hold'),
    ['receiver'],
    'referral-held.v1',
    nothing,
    'reason, resumeBy',
  ),
  resume: row(
    from(['on_hold'], 'in_progress'),
    ['receiver'],
    'referral-resumed.v1',
    nothing,
    nothing,
  ),
  complete: row(
    from(serving, 'completed'),
    ['receiver'],
    'referral-completed.v1',
    nothing,
    'outcome',
  ),
  fail: row(
    from(serving, 'failed'),
    ['receiver'],
    'referral-failed.v1',
    'releases the place',
    'reason',
  ),
  requestCancellation: row(
    staying(serving),
    ['sender'],
    'referral-cancellation-requested.v1',
    'not asked for already',
    'reason, by whom',
  ),
  cancel: row(
    from(serving, 'cancelled'),
    ['receiver', 'coordinator'],
    'referral-cancelled.v1',
    'confirms what the sender asked for; the receiver alone: a late refusal; releases the place',
    'reason, by whom',
  ),
  unaccept: row(
    from(['accepted'], 'under_review'),
    ['receiver'],
    'referral-unaccepted.v2',
    'the service has not started; releases the place',
    'note',
  ),
  reopen: row(
    from(endedStates, 'under_review'),
    ['coordinator', 'receiver'],
    'referral-reopened.v2',
    'the receiver only its own refusal or completion; it was sent to somebody; no open child; new deadlines; consent and offer are checked again',
    'note',
  ),
  close: row(
    from(endedStates, 'closed'),
    ['sender'],
    'referral-closed.v1',
    'no open child',
    nothing,
  ),
  enteredInError: row(
    from([...openStates, ...endedStates], 'entered_in_error'),
    ['coordinator'],
    'referral-entered-in-error.v2',
    'the stream stays; out of lists and statistics; releases the place',
    'note',
  ),
  note: row(
    staying(everyState),
    ['sender', 'receiver', 'coordinator'],
    'referral-note-added.v1',
    'changes no state',
    'text',
  ),
};

export const referralActions: { readonly [Name in Action]: Row } = { ...userRows, ...systemRows };

/** What people do, in the order of the table. */
export const userActions: readonly ReferralAction[] = ReferralAction.options;
