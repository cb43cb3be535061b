import { type HandoverEvent, handoverContract } from '@relais/contracts/handovers';
import { HandoverId } from '@relais/contracts/ids';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { handovers } from '../handovers/decide.ts';
import { evolve, type Handover } from '../handovers/state.ts';
import { fold } from '../stored.ts';
import { caseTarget, causeOf, handoverTarget, type Reacting, submitAs } from './system-command.ts';

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
