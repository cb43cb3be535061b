import { type Actor, mayManage } from '@relais/contracts/actors';
import type { CaseFacts } from '@relais/contracts/cases';
import type { AssociationId, CaseId } from '@relais/contracts/ids';
import { MergeCases, type MergeEvent, UndoMerge } from '@relais/contracts/merges';
import type { MergeCode, Refusal } from '@relais/contracts/refusals';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';
import { type Command, isInFuture } from '../command.ts';

export const mergeBodies = { merge: MergeCases, undo: UndoMerge } as const;

/** Both cases as they stand; null where there is none. */
export type MergeFacts = { readonly kept: CaseFacts | null; readonly absorbed: CaseFacts | null };

export type MergeCommand =
  | Command<'merge', typeof MergeCases, MergeFacts>
  | Command<'undo', typeof UndoMerge, Record<never, never>>
  /** One of the cases had been merged elsewhere before the platform could carry this out. */
  | { readonly type: 'void' };

export type Merge =
  | { readonly status: 'absent' }
  | {
      readonly status: 'made' | 'undone' | 'voided';
      readonly kept: CaseId;
      readonly absorbed: CaseId;
      readonly owners: readonly [kept: AssociationId, absorbed: AssociationId];
    };

export type MergeRefusal = Refusal<MergeCode>;
type Decided = Decision<MergeEvent, MergeRefusal>;

export function decide(command: MergeCommand, merge: Merge): Decided {
  if (command.type === 'void') return voided(merge);
  if (isInFuture(command)) return refuse({ code: 'occurred-in-future' });
  if (command.type === 'merge') {
    return merge.status === 'absent' ? made(command) : refuse({ code: 'already-exists' });
  }
  if (merge.status === 'absent' || !mayUndo(merge, command.actor)) {
    return refuse({ code: 'not-found' });
  }
  if (merge.status !== 'made') {
    return refuse({ code: 'wrong-state', state: merge.status, allowedActions: [] });
  }
  const { kept, absorbed } = merge;
  return accept({ type: 'merge-undone.v1', data: { kept, absorbed, reason: command.body.reason } });
}

/** What the caller may do now to a merge that exists. */
export const allowedMergeActions = (merge: Merge, actor: Actor): readonly 'undo'[] =>
  merge.status === 'made' && speaksForBoth(actor, merge.owners) ? ['undo'] : [];

/** Whether the caller may know of the merge at all. */
export const mayUndo = (merge: Exclude<Merge, { status: 'absent' }>, actor: Actor): boolean =>
  speaksForBoth(actor, merge.owners);

/** An owner of both files, or whoever coordinates both owners: nobody else may know that they resemble each other. */
const speaksForBoth = (actor: Actor, owners: readonly AssociationId[]): boolean =>
  owners.every((owner) => mayManage(actor, owner));

function made({ actor, body, facts }: Extract<MergeCommand, { type: 'merge' }>): Decided {
  const { kept, absorbed, reason } = body;
  if (kept === absorbed) return refuse({ code: 'same-case' });
  if (facts.kept?.case !== kept || facts.absorbed?.case !== absorbed) {
    return refuse({ code: 'not-found' });
  }
  const owners = [facts.kept.owner, facts.absorbed.owner] as const;
  if (!speaksForBoth(actor, owners)) return refuse({ code: 'not-found' });
  if (facts.kept.mergedInto !== null || facts.absorbed.mergedInto !== null) {
    return refuse({ code: 'already-merged' });
  }
  const [keptOwner, absorbedOwner] = owners;
  return accept({
    type: 'merge-made.v1',
    data: { kept, absorbed, keptOwner, absorbedOwner, reason },
  });
}

function voided(merge: Merge): Decided {
  if (merge.status === 'voided') return accept();
  if (merge.status !== 'made') return refuse({ code: 'not-found' });
  const { kept, absorbed } = merge;
  return accept({ type: 'merge-voided.v1', data: { kept, absorbed, because: 'already-merged' } });
}

export function evolve(merge: Merge, event: MergeEvent): Merge {
  if (event.type === 'merge-made.v1') {
    const { kept, absorbed, keptOwner, absorbedOwner } = event.data;
    return { status: 'made', kept, absorbed, owners: [keptOwner, absorbedOwner] };
  }
  if (merge.status === 'absent') throw new Error(`${event.type} before it was made`);
  return { ...merge, status: event.type === 'merge-undone.v1' ? 'undone' : 'voided' };
}

export const merges: Aggregate<MergeCommand, Merge, MergeEvent, MergeRefusal> = {
  category: 'merge',
  initial: { status: 'absent' },
  decide,
  evolve,
};
