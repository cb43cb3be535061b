import { caseContract } from '@relais/contracts/case-events';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Reacting } from './system-command.ts';

/**
 * A person who is to be forgotten is: the keys are destroyed, so that nothing of the person opens any more, here, in
 * copies and in the log. Destroying twice is harmless; a process that dies in between has not moved its checkpoint,
 * and the next one destroys them.
 */
export async function forgetPerson(
  { vault }: Pick<Reacting, 'vault'>,
  record: Recorded,
): Promise<void> {
  const event = parse(caseContract, record);
  if (event.type === 'case-person-forgotten.v1') await vault.forget(event.data.person);
}
