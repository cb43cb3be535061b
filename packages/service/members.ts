import { type AssociationEvent, associationEvents } from '@relais/contracts/associations';
import type { Log, Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Caller } from '@relais/http/caller';
import { HttpProblem } from '@relais/http/problem';

/** `unknown-yet`: the log has not been read to its end once, so nothing can be said. */
export type Membership = 'works-with-cases' | 'no-association' | 'left' | 'unknown-yet';

export type Members = {
  readonly membershipOf: (association: string) => Membership;
  /** Ends, with the error, when an event cannot be parsed; resolves when `signal` aborts. */
  readonly done: Promise<void>;
};

/** Who leaves, or becomes no association, is kept out within a second. */
const paceMs = 50;

/**
 * Follows the associations' streams. Unions, parties and institutions belong to networks and never see a case,
 * whatever their token says; neither does who left. An association the log does not know has nothing here to see.
 */
export function followMembers(log: Log, signal: AbortSignal): Members {
  const barred = new Map<string, 'no-association' | 'left'>();
  let caughtUp = false;

  const apply = (record: Recorded): void => {
    const event: AssociationEvent = parse(associationEvents, record);
    const { association } = event.data;
    if (event.type === 'association-left.v1') barred.set(association, 'left');
    else if (event.data.kind === 'association') barred.delete(association);
    else barred.set(association, 'no-association');
  };
  const run = async (): Promise<void> => {
    const prefixes = ['association-'];
    for await (const batch of log.follow({ after: 0n, prefixes, paceMs, signal })) {
      batch.records.forEach(apply);
      caughtUp ||= batch.caughtUp;
    }
  };

  return {
    membershipOf: (association) =>
      caughtUp ? (barred.get(association) ?? 'works-with-cases') : 'unknown-yet',
    done: run(),
  };
}

/** Whether what concerns persons accompanied is for this association. Throws `not-ready` while nobody can say. */
export function worksWithCases(
  { membershipOf }: Pick<Members, 'membershipOf'>,
  association: string,
): boolean {
  const membership = membershipOf(association);
  if (membership === 'unknown-yet') throw new HttpProblem('not-ready');
  return membership === 'works-with-cases';
}

/** Lets in whoever works with cases or watches over those who do; an administrator sees none. */
export function requireCaseWorker(
  { membershipOf }: Pick<Members, 'membershipOf'>,
  { role, association }: Caller,
): void {
  if (role === 'administrator') return;
  switch (membershipOf(association)) {
    case 'works-with-cases':
      return;
    case 'no-association':
      throw new HttpProblem('not-an-association');
    case 'left':
      throw new HttpProblem('no-longer-a-member');
    case 'unknown-yet':
      throw new HttpProblem('not-ready');
  }
}
