import type { WorklistKind } from '@relais/contracts/views/worklist';
import type { Sql } from '@relais/postgres/database';
import type { Reader } from '../levels.ts';
import type { PastReferrals } from '../referrals/past.ts';
import type { ReferralRow } from '../referrals/rows.ts';
import { bindings, remitOf, remitScope } from '../scope.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** After how long without a step a referral counts as stuck, where no pinned date says so. */
export const stuckAfterMs = {
  /** Waiting for the sender's answer. */
  infoRequestedMs: 7 * dayMs,
  /** Accepted and not begun. */
  acceptedMs: 14 * dayMs,
  /** A place was asked for and neither reserved nor refused. */
  placePendingMs: hourMs,
} as const;

/** Break-glass openings stay in the list for so long after their end, whenever they are said to have begun. */
export const breakGlassShownMs = 30 * dayMs;

export type ItemRow = {
  readonly kind: WorklistKind;
  readonly id: string;
  readonly case_id: string;
  readonly referral_id: string | null;
  readonly state: ReferralRow['state'] | null;
  readonly priority: string | null;
  readonly sender: string | null;
  readonly receiver: string | null;
  readonly since: string;
};
export type ItemKey = readonly [since: string, kind: string, id: string];

/**
 * What deserves the coordinator's attention in the remit, longest waiting first. A referral may stand under two
 * kinds: unanswered, and overdue later. `now` is the moment it tells of; of an earlier one with the referrals of then.
 */
export async function listWorklist(
  sql: Sql,
  reader: Reader,
  { kinds, now }: { readonly kinds: readonly WorklistKind[] | undefined; readonly now: string },
  from: ItemKey | undefined,
  limit: number,
  past?: PastReferrals,
): Promise<ItemRow[]> {
  const { values, bind } = bindings();
  const moment = `${bind(now)}::timestamptz`;
  const remit = `${bind(remitOf(reader))}::uuid[]`;
  const ago = (ms: number) => `${moment} - interval '${ms / 1000} seconds'`;
  const where = [
    ...(kinds === undefined ? [] : [`item.kind = any(${bind(kinds)}::text[])`]),
    ...(from === undefined
      ? []
      : [
          `(item.since, item.kind, item.id) > (${bind(from[0])}::timestamptz, ${bind(from[1])}::text, ${bind(from[2])}::uuid)`,
        ]),
  ];
  const { rows } = await sql.query(
    `with ${past === undefined ? '' : `${past(bind)}, `} mine as (
       select r.* from referral r where ${remitScope(reader, bind)} and r.state <> 'entered_in_error'
     ), item as (
       ${referralItem('unanswered', 'acknowledge_by', `state = 'sent' and acknowledge_by < ${moment}`)}
       union all ${referralItem(
         'overdue',
         'decide_by',
         `state in ('sent', 'under_review', 'info_requested') and decide_by < ${moment}`,
       )}
       union all ${stuckItem(moment, ago)}
       union all ${declinedTwiceItem}
       union all select 'consent-exception', e.id, e.case_id, null, null, null, e.association, null,
         e.recorded_at from consent_exception e
         where ${past === undefined ? 'e.ended_at is null' : `e.recorded_at <= ${moment} and coalesce(e.ended_at > ${moment}, true)`}
           and e.until > ${moment}
           and (e.association = any(${remit})
             or e.case_id in (select id from case_file where owner = any(${remit})))
       union all select 'break-glass', g.id, g.case_id, null, null, null, g.association, g.owner,
         g.opened_at from break_glass g
         where g.until > ${ago(breakGlassShownMs)} and g.owner = any(${remit})
           ${past === undefined ? '' : `and g.opened_at <= ${moment}`}
     )
     select * from item ${where.length > 0 ? `where ${where.join(' and ')}` : ''}
     order by since, kind, id limit ${bind(limit)}`,
    values,
  );
  return rows as ItemRow[];
}

const referralItem = (kind: WorklistKind, since: string, condition: string): string =>
  `select '${kind}'::text as kind, id, case_id, id as referral_id, state, priority, sender, receiver,
     ${since} as since from mine where ${condition}`;

function stuckItem(moment: string, ago: (ms: number) => string): string {
  const { infoRequestedMs, acceptedMs, placePendingMs } = stuckAfterMs;
  return referralItem(
    'stuck',
    'last_event_at',
    `(state = 'on_hold' and resume_by < ${moment})
      or (state = 'waitlisted' and review_by < ${moment})
      or (state = 'info_requested' and last_event_at < ${ago(infoRequestedMs)})
      or (state = 'accepted' and last_event_at < ${ago(acceptedMs)})
      or (pending_acceptance is not null and last_event_at < ${ago(placePendingMs)})
      or cancellation_requested is not null`,
  );
}

/** Two receivers said no to a case and nobody has said yes, or is being asked, since. */
const declinedTwiceItem = `select 'declined-twice', case_id, case_id, null, null, null,
    (array_agg(sender order by declined_at desc))[1], null, max(declined_at)
  from mine where declined_at is not null
  group by case_id
  having count(*) >= 2 and not exists (select from referral other where other.case_id = mine.case_id
    and other.state <> 'entered_in_error'
    and (other.decided_at > max(mine.declined_at) and other.child is null
      or other.sent_at > max(mine.declined_at) and other.declined_at is null))`;

export type AssociationLoad = {
  readonly association: string;
  readonly open_cases: number;
  readonly to_answer: number;
  readonly in_progress: number;
  readonly overdue: number;
};
export type ReferentLoad = {
  readonly referent: string;
  readonly association: string;
  readonly open_cases: number;
};

/** Work in hand of the associations of the remit. */
export async function workload(
  sql: Sql,
  reader: Reader,
  now: string,
): Promise<{ associations: AssociationLoad[]; referents: ReferentLoad[] }> {
  const associations = await sql.query<AssociationLoad>(
    `select a.id as association,
       (select count(*)::int from case_file c where c.owner = a.id and c.merged_into is null
         and not a.id = any(c.archived_by)) as open_cases,
       (select count(*)::int from referral r where r.receiver = a.id
         and r.state in ('sent', 'under_review', 'info_requested', 'waitlisted')) as to_answer,
       (select count(*)::int from referral r where r.receiver = a.id
         and r.state in ('accepted', 'in_progress', 'on_hold')) as in_progress,
       (select count(*)::int from referral r where r.receiver = a.id and r.due_at < $2
         and r.sent_at is not null) as overdue
     from unnest($1::uuid[]) as a (id) order by a.id`,
    [remitOf(reader), now],
  );
  const referents = await sql.query<ReferentLoad>(
    `select c.referent, c.owner as association, count(*)::int as open_cases from case_file c
     where c.owner = any($1::uuid[]) and c.merged_into is null and not c.owner = any(c.archived_by)
     group by c.referent, c.owner order by count(*) desc, c.referent limit 1000`,
    [remitOf(reader)],
  );
  return { associations: associations.rows, referents: referents.rows };
}
