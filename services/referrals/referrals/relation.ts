import { type Actor, coordinates, worksFor } from '@relais/contracts/actors';
import type { AssociationId } from '@relais/contracts/ids';

/**
 * What a caller is to a referral. `eligible`: another association that may claim it, while it
 * is open to all eligible and unclaimed.
 */
export type Relation = 'sender' | 'receiver' | 'eligible' | 'coordinator' | 'system' | 'none';

/** As much of a referral as relations depend on; a row of a read model serves as well as the folded state. */
export type Parties = {
  readonly sender: AssociationId;
  readonly receiver: AssociationId | null;
  /** It has left the sender: before that nobody else takes part. */
  readonly sent: boolean;
  /** Open to whichever eligible association claims it, and unclaimed. */
  readonly unclaimed: boolean;
};

/** All that a caller is to a referral, in the order of the type; `['none']` for a stranger. */
export function relations(
  parties: Parties,
  actor: Actor,
  isEligible: boolean,
): readonly Relation[] {
  if (actor.role === 'system') return ['system'];
  const { sender, receiver, sent, unclaimed } = parties;
  const works = worksFor(actor, actor.association) && !worksFor(actor, sender);
  const mayClaim = isEligible && sent && unclaimed && works;
  const found: Relation[] = [
    ...(worksFor(actor, sender) ? (['sender'] as const) : []),
    ...(sent && worksFor(actor, receiver) ? (['receiver'] as const) : []),
    ...(mayClaim ? (['eligible'] as const) : []),
    ...(coordinates(actor, [sender, sent ? receiver : null]) ? (['coordinator'] as const) : []),
  ];
  return found.length === 0 ? ['none'] : found;
}

/** What the caller is first of all: what a view is chosen by. */
export const relation = (parties: Parties, actor: Actor, isEligible = false): Relation =>
  relations(parties, actor, isEligible)[0] ?? 'none';
