import {
  ArchiveReason,
  DeclineReason,
  EndReason,
  HoldReason,
  Outcome,
  reasonLabel,
  WithdrawalReason,
} from '@relais/contracts/reason-codes';
import type { ReasonCode, ReferralActionRow } from '@relais/contracts/views/directory';
import { userRows } from '../referrals/actions.ts';

const uses: readonly (readonly [ReasonCode['uses'][number], readonly string[]])[] = [
  ['decline', DeclineReason.options],
  ['withdraw', WithdrawalReason.options],
  ['hold', HoldReason.options],
  ['end', EndReason.options],
  ['outcome', Outcome.options],
  ['archive', ArchiveReason.options],
];

/** Every reason code in use, with where it may be given. */
export function reasonCodes(language: 'fr' | 'en'): ReasonCode[] {
  const codes = [...new Set(uses.flatMap(([, options]) => options))].sort();
  return codes.map((code) => ({
    code,
    label: reasonLabel(code, language),
    uses: uses.filter(([, options]) => options.includes(code)).map(([use]) => use),
  }));
}

/** The table of actions that the rules are driven by. */
export const referralActionRows: readonly ReferralActionRow[] = Object.entries(userRows).map(
  ([action, { moves, who, guard, carries }]) => ({
    action,
    from: Object.keys(moves),
    to: [...new Set(Object.values(moves))],
    who: [...who],
    guard,
    carries,
  }),
);
