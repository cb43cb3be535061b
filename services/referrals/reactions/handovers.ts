import { caseContract } from '@relais/contracts/case-events';
import { type HandoverEvent, handoverContract } from '@relais/contracts/handovers';
import { CaseId, HandoverId } from '@relais/contracts/ids';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { handovers } from '../handovers/decide.ts';
import { evolve, type Handover } from '../handovers/state.ts';
import { fold, readCase } from '../stored.ts';
import {
  caseTarget,
  causeOf,
  handoverTarget,
  type Reacting,
  rowsUpTo,
  submitAs,
} from './system-command.ts';

/**
 * An accepted handover moves the case; where the case has gone elsewhere meanwhile, the handover is void. Exact
 * because the case remembers the handovers it has seen. The handover is read first: once void it stays so, even if
 * the case came back to the old owner between a crash and the next try.
 */
export async function carryOutHandover(desk: Reacting, record: Recorded): Promise<void> {
  const event = parse(handoverContract, record);
  if (event.type !== 'handover-accepted.v1') return;
  const id = HandoverId.parse(streamId(record));
  const before = await fold<Handover, HandoverEvent>(
    desk.log,
    record.stream,
    handoverContract,
    handovers.initial,
    evolve,
  );
  if (before.status !== 'accepted') return;
  const { case: file, from, to, referent } = event.data;
  const cause = causeOf('handover-accepted', record);
  const command = { type: 'handOver', handover: id, from, to, referent } as const;
  const { outcome } = await submitAs(desk, cause, caseTarget(file), command);
  if (outcome === 'refused') await submitAs(desk, cause, handoverTarget(id), { type: 'void' });
}

/**
 * What else was offered, asked or put to a meeting by the owner of before ends with a case handed over: nobody could
 * accept it any more. One that is opened later than this position finds the new owner itself: `endIfOwnerChanged`.
 */
export async function endOtherHandovers(desk: Reacting, record: Recorded): Promise<void> {
  if (parse(caseContract, record).type !== 'case-handed-over.v1') return;
  const id = CaseId.parse(streamId(record));
  await rowsUpTo(desk, record.position);
  const { rows } = await desk.rows.query<Open>(
    `select id, from_association as "from" from handover where case_id = $1
       and state in ('asked', 'requested', 'reorientation_asked')`,
    [id],
  );
  await endUnlessOwner(desk, record, id, rows);
}

/** The case may have moved between the reading that let a handover be opened and its event: it asks again. */
export async function endIfOwnerChanged(desk: Reacting, record: Recorded): Promise<void> {
  const { type, data } = parse(handoverContract, record);
  switch (type) {
    case 'handover-requested.v1':
    case 'handover-asked.v2':
    case 'reorientation-asked.v2': {
      const from = 'owner' in data ? data.owner : data.from;
      await endUnlessOwner(desk, record, data.case, [{ id: streamId(record), from }]);
    }
  }
}

/** A handover that nobody has accepted, or a reorientation not decided, and whose the case was. */
type Open = { readonly id: string; readonly from: string };

async function endUnlessOwner(
  desk: Reacting,
  record: Recorded,
  id: CaseId,
  open: readonly Open[],
): Promise<void> {
  const file = await readCase(desk.log, id);
  if (file.status === 'absent') return;
  const cause = causeOf('owner-changed', record);
  for (const { id: handover, from } of open) {
    if (file.owner === from) continue;
    await submitAs(desk, cause, handoverTarget(HandoverId.parse(handover)), { type: 'lapse' });
  }
}
