import type { CaseEvent } from '@relais/contracts/case-events';
import type { MergeId } from '@relais/contracts/ids';
import type { CaseCode, Refusal } from '@relais/contracts/refusals';
import { accept, type Decision, refuse } from '@relais/event-log/aggregate';
import type { SystemCaseCommand } from './actions.ts';
import type { OpenedCase } from './state.ts';

type Decided = Decision<CaseEvent, Refusal<CaseCode>>;

/** What a handover or a merge brings to the case. Each is carried out once, however often it is reported. */
export function consequence(command: SystemCaseCommand, state: OpenedCase): Decided {
  switch (command.type) {
    case 'handOver': {
      const { handover, from, to, referent } = command;
      if (state.handovers.includes(handover)) return accept();
      if (state.owner !== from) return refuse({ code: 'owner-changed' });
      const data = { handover, from, to, referent, previousReferent: state.referent };
      return accept({ type: 'case-handed-over.v1', data });
    }
    case 'merge': {
      const { merge, as, other } = command;
      if (linked(state, merge) || state.undone.includes(merge)) return accept();
      if (state.mergedInto !== null) return refuse({ code: 'already-merged' });
      return accept({ type: 'case-merged.v1', data: { merge, as, other } });
    }
    case 'forgetMerged':
      return forgottenToo(command, state);
    case 'unmerge': {
      const link = [...state.absorbed, state.mergedInto].find(
        (one) => one?.merge === command.merge,
      );
      if (link === undefined || link === null) return accept();
      return accept({ type: 'case-unmerged.v1', data: { merge: link.merge, other: link.case } });
    }
  }
}

function forgottenToo(
  { merge, person }: Extract<SystemCaseCommand, { type: 'forgetMerged' }>,
  state: OpenedCase,
): Decided {
  // Told apart meanwhile: it is another person.
  if (!linked(state, merge) || state.persons.get(person)?.forgotten !== false) return accept();
  return accept({ type: 'case-person-forgotten.v1', data: { person, because: 'request' } });
}

/** Whether this merge has linked the case to another one. */
export const linked = (state: OpenedCase, merge: MergeId): boolean =>
  state.mergedInto?.merge === merge || state.absorbed.some((link) => link.merge === merge);
