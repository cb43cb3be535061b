/** Who may do what to a case file. Drives the rules and the API's allowedActions. */
import {
  AddNote,
  AddPerson,
  ArchiveCase,
  AssignReferent,
  BreakGlass,
  ChangeContact,
  ChangeGoal,
  ChangeVisibility,
  CorrectIdentity,
  EndVulnerability,
  ForgetPerson,
  OpenCase,
  RecordVulnerability,
  SetGoal,
  UnarchiveCase,
} from '@relais/contracts/cases';
import { addNote, openCase } from '@relais/contracts/examples';
import type {
  AssociationId,
  CaseId,
  HandoverId,
  MergeId,
  PersonId,
  WorkerId,
} from '@relais/contracts/ids';
import type { ZodType } from 'zod';
import type { Command } from '../command.ts';
import type { CaseRelation } from './state.ts';

export const caseBodies = {
  open: OpenCase.meta({ example: openCase }),
  addPerson: AddPerson,
  correctIdentity: CorrectIdentity,
  changeContact: ChangeContact,
  assignReferent: AssignReferent,
  recordVulnerability: RecordVulnerability,
  changeVisibility: ChangeVisibility,
  endVulnerability: EndVulnerability,
  setGoal: SetGoal,
  changeGoal: ChangeGoal,
  addPrivateNote: AddNote.meta({ example: addNote }),
  addSharedNote: AddNote.meta({ example: addNote }),
  archive: ArchiveCase,
  unarchive: UnarchiveCase,
  breakGlass: BreakGlass,
  forgetPerson: ForgetPerson,
} as const satisfies { readonly [action: string]: ZodType };
export type CaseAction = keyof typeof caseBodies;

/**
 * What the route adds: ids for what the command creates (one per person of `open`, else the first is used), and
 * whether the caller's association received a referral of this case that is open, and of whom.
 */
export type CaseCommandFacts = {
  readonly newIds: readonly string[];
  readonly involved: boolean;
  /** The persons of the referrals that make it involved. */
  readonly received: readonly PersonId[];
};

export type UserCaseCommand = {
  [Action in CaseAction]: Command<Action, (typeof caseBodies)[Action], CaseCommandFacts>;
}[CaseAction];

/** Consequences that the platform brings from other streams. */
export type SystemCaseCommand =
  | {
      readonly type: 'handOver';
      readonly handover: HandoverId;
      readonly from: AssociationId;
      readonly to: AssociationId;
      readonly referent: WorkerId;
    }
  | {
      readonly type: 'merge';
      readonly merge: MergeId;
      readonly as: 'kept' | 'absorbed';
      readonly other: CaseId;
    }
  | { readonly type: 'unmerge'; readonly merge: MergeId }
  /** The same person was forgotten in the file of that merge. */
  | { readonly type: 'forgetMerged'; readonly merge: MergeId; readonly person: PersonId };

export type CaseCommand = UserCaseCommand | SystemCaseCommand;

type Row = {
  readonly who: readonly CaseRelation[];
  /** Possible while the caller's association has the case archived: `only`, or both ways. */
  readonly archived: 'no' | 'only' | 'both';
};

const owner = { who: ['owner'], archived: 'no' } as const;
const atWork = { who: ['owner', 'receiver'], archived: 'no' } as const;

export const caseActions: { readonly [Action in Exclude<CaseAction, 'open'>]: Row } = {
  addPerson: owner,
  correctIdentity: owner,
  changeContact: owner,
  assignReferent: owner,
  recordVulnerability: owner,
  changeVisibility: owner,
  endVulnerability: owner,
  setGoal: owner,
  changeGoal: owner,
  addPrivateNote: atWork,
  addSharedNote: atWork,
  archive: { who: ['owner', 'former-owner', 'receiver'], archived: 'no' },
  unarchive: { who: ['owner', 'former-owner', 'receiver'], archived: 'only' },
  breakGlass: { who: ['auditor', 'coordinator', 'other-coordinator'], archived: 'both' },
  forgetPerson: { who: ['owner', 'administrator', 'system'], archived: 'both' },
};
