import type { ReferralEvent } from '@relais/contracts/referral-events';
import { type Aggregate, refuse } from '@relais/event-log/aggregate';
import { isInFuture } from '../command.ts';
import {
  acceptReferral,
  cancel,
  close,
  complete,
  decline,
  enterInError,
  fail,
  hold,
  move,
  note,
  redirect,
  reopen,
  requestCancellation,
  requestInfo,
  unaccept,
  waitlist,
  withdraw,
} from './answering.ts';
import { automatic } from './automatic.ts';
import type { ReferralCommand, UserCommand } from './commands.ts';
import { evolve } from './evolve.ts';
import type { Decided } from './parties.ts';
import { type ReferralRefusal, refusalOf } from './permitted.ts';
import { claim, draft, sendDraft, supplyInfo } from './sending.ts';
import { absent, type DraftedReferral, type Referral } from './state.ts';

/** The table says who may do it and when; what an action needs beyond that stands with the action. */
export function decide(command: ReferralCommand, referral: Referral): Decided {
  if (!('actor' in command)) return automatic(command, referral);
  if (isInFuture(command)) return refuse({ code: 'occurred-in-future' });
  if (command.type === 'draft') {
    return referral.status === 'absent' ? draft(command) : refuse({ code: 'already-exists' });
  }
  const isEligible = command.type === 'claim' && command.facts.eligible;
  const refusal = refusalOf(command.type, referral, command.actor, isEligible);
  if (refusal !== undefined) return refuse(refusal);
  if (referral.status === 'absent') return refuse({ code: 'not-found' });
  return carriedOut(command, referral);
}

function carriedOut(
  command: Exclude<UserCommand, { type: 'draft' }>,
  referral: DraftedReferral,
): Decided {
  switch (command.type) {
    case 'send':
      return sendDraft(command, referral);
    case 'claim':
      return claim(command, referral);
    case 'supplyInfo':
      return supplyInfo(command, referral);
    case 'acknowledge':
      return move('referral-acknowledged.v1', referral);
    case 'start':
      return move('referral-started.v1', referral);
    case 'resume':
      return move('referral-resumed.v1', referral);
    case 'requestInfo':
      return requestInfo(command, referral);
    case 'waitlist':
      return waitlist(command, referral);
    case 'accept':
      return acceptReferral(command, referral);
    case 'decline':
      return decline(command, referral);
    case 'redirect':
      return redirect(command, referral);
    case 'withdraw':
      return withdraw(command, referral);
    case 'hold':
      return hold(command, referral);
    case 'complete':
      return complete(command, referral);
    case 'fail':
      return fail(command, referral);
    case 'requestCancellation':
      return requestCancellation(command, referral);
    case 'cancel':
      return cancel(command, referral);
    case 'unaccept':
      return unaccept(command, referral);
    case 'reopen':
      return reopen(command, referral);
    case 'close':
      return close(command, referral);
    case 'enteredInError':
      return enterInError(command, referral);
    case 'note':
      return note(command, referral);
  }
}

export const referrals: Aggregate<ReferralCommand, Referral, ReferralEvent, ReferralRefusal> = {
  category: 'referral',
  initial: absent,
  decide,
  evolve,
};
