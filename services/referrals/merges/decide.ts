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
  | Command<'undo', typeof UndoMerge, MergeFacts>
  /** One of the cases had been merged elsewhere before the platform could carry this out. */
  | { readonly type: 'void' };

export type Merge =
  | { readonly status: 'absent' }
  | {
      readonly status: 'made' | 'undone' | 'voided';
      readonly kept: CaseId;
      readonly absorbed: CaseId;
    };

export type MergeRefusal = Refusal<MergeCode>;
type Decided = Decision<MergeEvent, MergeRefusal>;

export function decide(command: MergeCommand, merge: Merge): Decided {
  if (command.type === 'void') return voided(merge);
  if (isInFuture(command)) return refuse({ code: 'occurred-in-future' });
  if (command.type === 'merge') {
    return merge.status === 'absent' ? made(command) : refuse({ code: 'already-exists' });
  }
  const { actor, facts } = command;
  if (merge.status === 'absent' || !speaksForBoth(actor, facts.kept, facts.absorbed)) {
    return refuse({ code: 'not-found' });
  }
  if (merge.status !== 'made') {
    return refuse({ code: 'wrong-state', state: merge.status, allowedActions: [] });
  }
  const { kept, absorbed } = merge;
  return accept({ type: 'merge-undone.v1', data: { kept, absorbed, reason: command.body.reason } });
}

/** What who may know of a merge may do to it now. */
export const allowedMergeActions = ({ status }: Pick<Merge, 'status'>): readonly 'undo'[] =>
  status === 'made' ? ['undo'] : [];

type Owned = { readonly owner: AssociationId } | null;

/** Who owns both files now, or coordinates both owners: nobody else may know that they resemble each other. */
export const speaksForBoth = (actor: Actor, kept: Owned, absorbed: Owned): boolean =>
  [kept, absorbed].every((file) => file !== null && mayManage(actor, file.owner));

function made({ actor, body, facts }: Extract<MergeCommand, { type: 'merge' }>): Decided {
  const { kept, absorbed, reason } = body;
  if (kept === absorbed) return refuse({ code: 'same-case' });
  if (facts.kept?.case !== kept || facts.absorbed?.case !== absorbed) {
    return refuse({ code: 'not-found' });
  }
  if (!speaksForBoth(actor, facts.kept, facts.absorbed)) return refuse({ code: 'not-found' });
  if (facts.kept.mergedInto !== null || facts.absorbed.mergedInto !== null) {
    return refuse({ code: 'already-merged' });
  }
  // Nothing tells any more whose file it is: who came back after being forgotten must not be forgotten by it.
  if ([facts.kept, facts.absorbed].some(({ persons }) => persons.length === 0)) {
    return refuse({ code: 'person-forgotten' });
  }
  const owners = { keptOwner: facts.kept.owner, absorbedOwner: facts.absorbed.owner };
  return accept({ type: 'merge-made.v1', data: { kept, absorbed, ...owners, reason } });
}

function voided(merge: Merge): Decided {
  if (merge.status === 'voided') return accept();
  if (merge.status !== 'made') return refuse({ code: 'not-found' });
  const { kept, absorbed } = merge;
  return accept({ type: 'merge-voided.v1', data: { kept, absorbed, because: 'already-merged' } });
}

export function evolve(merge: Merge, event: MergeEvent): Merge {
  if (event.type === 'merge-made.v1') {
    const { kept, absorbed } = event.data;
    return { status: 'made', kept, absorbed };
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
