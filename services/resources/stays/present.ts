import { type Actor, mayManage } from '@relais/contracts/actors';
import {
  AssociationId,
  OfferId,
  PersonId,
  ReferralId,
  ReservationId,
  StayId,
} from '@relais/contracts/ids';
import type { StayView } from '@relais/contracts/stay-views';
import type { StayAction, StayState } from '@relais/contracts/stays';
import { monthsBetween } from './days.ts';
import { actionsIn } from './decide.ts';
import { type Length, renewableFrom } from './living.ts';
import type { StayRow } from './project.ts';

/** What this caller may do today with a stay of that association. */
export function actionsFor(
  { actor, today }: { readonly actor: Actor; readonly today: string },
  { association, state }: { readonly association: AssociationId; readonly state: StayState },
  length: Length | null,
): StayAction[] {
  if (!mayManage(actor, association)) return [];
  return actionsIn(state, length, { isCoordinator: actor.role === 'coordinator', today });
}

function lengthOf({ terms, arrived_on, ends_on }: StayRow): Length | null {
  if (terms === null || arrived_on === null || ends_on === null) return null;
  return { terms, months: monthsBetween(arrived_on, ends_on), endsOn: ends_on };
}

/** Where the person went is for whom people stay with; who keeps the place learns the rest. */
export function stayView(row: StayRow, actor: Actor, today: string): StayView {
  const association = AssociationId.parse(row.association);
  const length = lengthOf(row);
  return {
    id: StayId.parse(row.id),
    state: row.state,
    revision: row.revision.toString(),
    offer: OfferId.parse(row.offer),
    association,
    reservation: ReservationId.parse(row.reservation),
    referral: row.referral === null ? null : ReferralId.parse(row.referral),
    person: row.person === null ? null : PersonId.parse(row.person),
    policy: row.policy,
    terms:
      row.terms === null
        ? null
        : {
            ...row.terms,
            decidedBy: [...row.terms.decidedBy],
            remindDays: [...row.terms.remindDays],
          },
    offeredAt: row.offered_at,
    arrivedOn: row.arrived_on,
    endsOn: row.ends_on,
    renewableFrom: row.ended_on === null && length !== null ? renewableFrom(length) : null,
    leavesOn: row.leaves_on,
    endedOn: row.ended_on,
    renewals: row.renewals,
    lateRenewals: row.late_renewals,
    lateDays: row.late_days,
    overstaying: row.overstaying,
    overstayDays: row.overstay_days,
    outcome: mayManage(actor, association) ? row.outcome : null,
    allowedActions: actionsFor({ actor, today }, { association, state: row.state }, length),
  };
}
