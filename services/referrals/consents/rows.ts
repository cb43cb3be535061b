/** Rows of a case's consents and exceptions (views.sql). */
import type { SealedAt } from '../fold.ts';

export type ConsentRow = {
  readonly id: string;
  readonly case_id: string;
  readonly association: string;
  readonly given_by: string;
  readonly representative: SealedAt | null;
  readonly interpreter: SealedAt | null;
  readonly language: string;
  readonly form_version: string;
  readonly purposes: readonly string[];
  readonly recipients: readonly string[];
  readonly open_to_eligible: boolean;
  readonly categories: readonly string[];
  readonly withheld: readonly { readonly category: string; readonly why: SealedAt | null }[];
  readonly valid_from: string;
  readonly valid_until: string | null;
  readonly evidence: string;
  readonly given_at: string;
  readonly withdrawn_at: string | null;
  readonly withdrawn_by: string | null;
  readonly withdrawal_reason: SealedAt | null;
  readonly position: bigint;
};

export type ConsentExceptionRow = {
  readonly id: string;
  readonly case_id: string;
  readonly association: string;
  readonly legal_basis: string;
  readonly reason: SealedAt;
  readonly author: string;
  readonly purposes: readonly string[];
  readonly recipients: readonly string[];
  readonly open_to_eligible: boolean;
  readonly categories: readonly string[];
  readonly valid_from: string;
  readonly until: string;
  readonly recorded_at: string;
  readonly ended_at: string | null;
  readonly position: bigint;
};
