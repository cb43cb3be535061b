import { caseContract } from '@relais/contracts/case-events';
import { CaseId, MergeId } from '@relais/contracts/ids';
import { mergeContract } from '@relais/contracts/merges';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { fold } from '../stored.ts';
import {
  type Cause,
  caseTarget,
  causeOf,
  mergeTarget,
  type Reacting,
  submitAs,
} from './system-command.ts';

type Both = { readonly merge: MergeId; readonly kept: CaseId; readonly absorbed: CaseId };

/**
 * A merge links both cases, its undoing unlinks them; where one of them has been merged elsewhere meanwhile, it is
 * void. That is written down before anything is unlinked: however often and wherever this is interrupted, the
 * next try reads what became of the merge and either links both or unlinks both. The absorbed case comes first: it is
 * the one that two merges compete for, so a merge that loses has mostly touched nothing yet.
 */
export async function carryOutMerge(desk: Reacting, record: Recorded): Promise<void> {
  const event = parse(mergeContract, record);
  const { kept, absorbed } = event.data;
  const both = { merge: MergeId.parse(streamId(record)), kept, absorbed };
  const cause = causeOf(event.type === 'merge-made.v1' ? 'merge-made' : 'merge-ended', record);
  if (event.type === 'merge-made.v1' && (await isMade(desk, both.merge))) {
    if (await link(desk, cause, both)) return;
    await submitAs(desk, cause, mergeTarget(both.merge), { type: 'void' });
  }
  for (const id of [kept, absorbed]) {
    await submitAs(desk, cause, caseTarget(id), { type: 'unmerge', merge: both.merge });
  }
}

/**
 * A process that stood still in the middle of `carryOutMerge` links when the merge may be over: whoever reads of the
 * link looks, because that process may not live to do it.
 */
export async function unlinkIfOver(desk: Reacting, record: Recorded): Promise<void> {
  if (record.type !== 'case-merged.v1') return;
  const event = parse(caseContract, record);
  if (event.type !== 'case-merged.v1' || (await isMade(desk, event.data.merge))) return;
  const target = caseTarget(CaseId.parse(streamId(record)));
  await submitAs(desk, causeOf('late-link', record), target, {
    type: 'unmerge',
    merge: event.data.merge,
  });
}

/** Whether it is neither undone nor void. */
async function isMade({ log }: Pick<Reacting, 'log'>, id: MergeId): Promise<boolean> {
  const { aggregate, contract } = mergeTarget(id);
  const merge = await fold(log, `merge-${id}`, contract, aggregate.initial, aggregate.evolve);
  return merge.status === 'made';
}

/** False when one of the cases refused. */
async function link(
  desk: Reacting,
  cause: Cause,
  { merge, kept, absorbed }: Both,
): Promise<boolean> {
  const sides = [
    { id: absorbed, as: 'absorbed', other: kept },
    { id: kept, as: 'kept', other: absorbed },
  ] as const;
  for (const { id, as, other } of sides) {
    const command = { type: 'merge', merge, as, other } as const;
    const { outcome } = await submitAs(desk, cause, caseTarget(id), command);
    if (outcome === 'refused') return false;
  }
  return true;
}
