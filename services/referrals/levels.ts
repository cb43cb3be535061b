/**
 * Who gets to see what: from what a caller is to a case or referral, right now, to the level of its view. The one
 * place that decides it; lists say the same in SQL (scope.ts).
 */
import type { CaseLevel, ReferralLevel } from '@relais/contracts/views/levels';
import type { Caller } from '@relais/http/caller';
import type { ReferralRow } from './referrals/rows.ts';
import { isOpen } from './referrals/states.ts';

export type Reader = Pick<Caller, 'role' | 'association' | 'remit'>;

export type CaseTies = {
  readonly owner: string;
  readonly formerOwners: readonly string[];
  /** Who owns the files that this one was merged into, and those that were merged into it. */
  readonly mergedOwners: readonly string[];
  /** Whether the caller's association was sent a referral of the case, and whether one of them is open. */
  readonly receives: 'open' | 'ended' | 'none';
  /** The caller opened a break-glass that still runs. */
  readonly breakGlass: boolean;
};

/** An auditor sees pseudonyms, an administrator nothing: theirs is the platform, not the persons. */
export function caseLevel(reader: Reader, ties: CaseTies): CaseLevel {
  const { role, association, remit } = reader;
  if (role === 'administrator') return 'none';
  if (role === 'auditor') return ties.breakGlass ? 'break-glass' : 'auditor';
  if (association === ties.owner) return 'owner';
  if (ties.breakGlass) return 'break-glass';
  // What the caller's association wrote, sent and receives is in a coordinator's view, too, and what it receives in a
  // former owner's.
  if (role === 'coordinator') {
    return remit.includes(ties.owner) ? 'coordinator-of-remit' : 'coordinator';
  }
  if (ties.formerOwners.includes(association)) return 'former-owner';
  if (ties.receives === 'open') return 'receiver-open';
  if (ties.receives === 'ended') return 'receiver-ended';
  return ties.mergedOwners.includes(association) ? 'merged' : 'none';
}

export type ReferralTies = {
  readonly owner: string;
  readonly sender: string;
  readonly receiver: string | null;
  /** It left the sender: before that nobody else takes part. */
  readonly sent: boolean;
  readonly open: boolean;
  /** The caller's association may claim it now. */
  readonly eligible: boolean;
  readonly breakGlass: boolean;
};

/** Of a draft only the sender, auditors and the coordinator of its case know. */
export function referralLevel(reader: Reader, ties: ReferralTies): ReferralLevel {
  const { role, association, remit } = reader;
  if (role === 'administrator') return 'none';
  if (role === 'auditor') return ties.breakGlass && ties.sent ? 'break-glass' : 'auditor';
  const closest = partOf(association, ties);
  if (closest !== undefined && closest !== 'receiver-ended') return closest;
  if (role === 'coordinator' && remit.includes(ties.owner)) return 'coordinator-of-remit';
  if (closest !== undefined) return closest;
  if (ties.eligible) return 'eligible';
  return role === 'coordinator' && ties.sent ? 'coordinator' : 'none';
}

/** By what the caller's association does, or opened, itself. */
function partOf(association: string, ties: ReferralTies): ReferralLevel | undefined {
  const sender = association === ties.sender;
  if (association === ties.owner && (sender || ties.sent)) return 'owner';
  if (ties.breakGlass && ties.sent) return 'break-glass';
  const receiver = ties.sent && association === ties.receiver;
  if (receiver && ties.open) return 'receiver-open';
  if (sender) return 'sender';
  return receiver ? 'receiver-ended' : undefined;
}

/** As much of a referral's row as ties depend on. */
export type TyingReferral = Pick<ReferralRow, 'sender' | 'receiver' | 'sent_at' | 'state'>;

/** What an association receives of a case, given the case's referrals. */
export function received(
  association: string,
  referrals: readonly TyingReferral[],
): CaseTies['receives'] {
  const mine = referrals.filter((one) => one.receiver === association && one.sent_at !== null);
  if (mine.some(({ state }) => isOpen(state))) return 'open';
  return mine.length > 0 ? 'ended' : 'none';
}
