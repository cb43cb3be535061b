/** Rows of the case file and its parts (views.sql). */
import type { SealedAt } from '../fold.ts';

export type PersonEntry = {
  readonly person: string;
  readonly role: string;
  readonly identity: SealedAt;
  readonly contact: SealedAt | null;
  readonly forgotten: boolean;
};

export type CaseFileRow = {
  readonly id: string;
  readonly owner: string;
  readonly referent: string;
  readonly kind: string;
  /** In the order in which they joined. */
  readonly persons: readonly PersonEntry[];
  readonly archives: readonly {
    readonly association: string;
    readonly reason: string;
    readonly at: string;
  }[];
  readonly archived_by: readonly string[];
  readonly former_owners: readonly string[];
  readonly merged_into: string | null;
  readonly absorbed: readonly string[];
  readonly opened_at: string;
  readonly last_activity_at: string;
  readonly revision: bigint;
  readonly position: bigint;
};

export type VulnerabilityRow = {
  readonly id: string;
  readonly case_id: string;
  /** Who recorded it. */
  readonly association: string | null;
  readonly person: string;
  readonly what: SealedAt;
  readonly visibility: string;
  readonly recorded_at: string;
  readonly ended_at: string | null;
  readonly position: bigint;
};

export type GoalRow = {
  readonly id: string;
  readonly case_id: string;
  /** Who set it. */
  readonly association: string | null;
  readonly text: SealedAt;
  readonly due_on: string | null;
  readonly status: string;
  readonly set_at: string;
  readonly changed_at: string;
  readonly position: bigint;
};

export type CaseNoteRow = {
  readonly id: string;
  readonly case_id: string;
  readonly association: string;
  readonly author: string | null;
  readonly private: boolean;
  readonly text: SealedAt;
  readonly written_at: string;
  readonly position: bigint;
};

export type BreakGlassRow = {
  /** The event's. */
  readonly id: string;
  readonly case_id: string;
  readonly client: string;
  readonly association: string;
  readonly owner: string;
  readonly reason: SealedAt;
  readonly opened_at: string;
  readonly until: string;
  readonly position: bigint;
};
