/** The same rules as levels.ts, in SQL: lists are scoped by the statement that reads them, never afterwards. */
import type { Reader } from './levels.ts';

/** Collects values of a statement; gives the placeholder of each. */
export type Bind = (value: unknown) => string;

/** A place for the values of one statement. */
export function bindings(): { readonly values: unknown[]; readonly bind: Bind } {
  const values: unknown[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}

const openStates = `('sent', 'under_review', 'info_requested', 'waitlisted', 'accepted', 'in_progress', 'on_hold')`;

/** The associations whose worklist this is: a coordinator's remit. */
export const remitOf = (reader: Reader): readonly string[] =>
  reader.role === 'coordinator' ? reader.remit : [];

/**
 * Rows of `history h` that the reader may see, joined with its `case_file c` and `referral r`.
 * A private note is its author's; a receiver sees nothing from before it was sent the referral, nor what concerns
 * the person's other referrals; once it has ended, its own doings and the end.
 */
export function historyScope(reader: Reader, bind: Bind): string {
  if (reader.role === 'administrator') return 'false';
  if (reader.role === 'auditor') return 'true';
  const me = `${bind(reader.association)}::uuid`;
  const parts = [
    `(c.owner = ${me} and (h.referral_id is null or r.sent_at is not null or r.sender = ${me})
      and (h.type <> 'case-private-note-added.v1' or h.association = ${me}))`,
    `(r.sender = ${me} and (h.type <> 'referral-note-added.v1' or h.association = ${me}))`,
    `(r.receiver = ${me} and r.sent_at is not null
      and h.type not in ('referral-drafted.v1', 'referral-flagged.v1')
      and (r.state in ${openStates} or h.association = ${me} or h.occurred_at = r.ended_at))`,
    `(h.association = ${me} and (${me} = any(c.former_owners) or r.receiver = ${me}))`,
    `(h.handover_id is not null and exists (select from handover x where x.id = h.handover_id
      and (x.from_association = ${me} or (x.to_association = ${me} and x.kind = 'handover'))))`,
  ];
  if (reader.role === 'coordinator') {
    const remit = `${bind(remitOf(reader))}::uuid[]`;
    parts.push(`h.referral_id is null`, `r.sent_at is not null`, `c.owner = any(${remit})`);
  }
  return `(${parts.join(' or ')})`;
}

/** Referrals `r` that the coordinator looks after: sender, receiver or the case's owner is of the remit. */
export function remitScope(reader: Reader, bind: Bind): string {
  const remit = `${bind(remitOf(reader))}::uuid[]`;
  return `(r.sender = any(${remit}) or (r.sent_at is not null and r.receiver = any(${remit}))
    or r.case_id in (select id from case_file where owner = any(${remit})))`;
}
