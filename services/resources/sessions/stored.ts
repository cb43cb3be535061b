/** A session with the facts that its rules need, from the log this very moment. */
import { type Actor, actorOf } from '@relais/contracts/actors';
import { type OfferId, type SeriesId, SessionId } from '@relais/contracts/ids';
import { viewersOf } from '@relais/contracts/offer-visibility';
import { localTimeOf } from '@relais/contracts/session-codes';
import { type Occasion, sessionContract } from '@relais/contracts/session-events';
import type { Log } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { type Outcome, submit } from '@relais/event-log/submit';
import type { Caller } from '@relais/http/caller';
import { type Members, worksWithCases } from '@relais/service/members';
import { type Commanding, requestContext } from '../commanding.ts';
import type { Desk } from '../desk.ts';
import { type KnownSeries, termsAt } from '../series/state.ts';
import { visibleSeries } from '../series/stored.ts';
import { type SessionCommand, sessionAggregate } from './decide.ts';
import type { Asking, OfferStanding, SessionFacts, SessionRefusal } from './facts.ts';
import { sessionIdOf } from './found.ts';
import type { Session } from './state.ts';
import { sessionTerms } from './terms.ts';

export type MembersView = Pick<Members, 'membershipOf'>;

/** The address of a session. */
export type SessionAddress = { readonly id: SeriesId; readonly start: string };

export const sessionTarget = (id: SessionId) =>
  ({ aggregate: sessionAggregate, contract: sessionContract, id }) as const;

/** For a caller. Throws the problem `not-found` where the series is not for him. */
export async function factsFor(
  { log, now }: Pick<Desk, 'log' | 'now'>,
  { id, start }: SessionAddress,
  caller: Caller,
  members: MembersView,
): Promise<SessionFacts> {
  const session = SessionId.parse(sessionIdOf(id, localTimeOf(start)));
  const { series, offer } = await visibleSeries(log, id, caller, (actor) =>
    hasRegistered(log, session, actor),
  );
  const standing = {
    isOpen: offer.state === 'open' && !offer.isRetired,
    withdrawnAt: offer.state === 'withdrawn' ? await withdrawnAt(log, offer.offer) : null,
  };
  return factsOf(series, localTimeOf(start), standing, {
    actor: actorOf(caller),
    now: now().toISOString(),
    seesPersons: worksWithCases(members, caller.association),
  });
}

export function factsOf(
  series: KnownSeries,
  local: string,
  standing: OfferStanding,
  asking: Asking,
): SessionFacts {
  const { now } = asking;
  const terms = termsAt(series, local) ?? null;
  const { association, offer, series: id } = series;
  const timeZone = terms?.schedule.timeZone ?? series.parts[0]?.terms.schedule.timeZone ?? 'UTC';
  // Where the series has no session then, the times are those of the session's own last event: facts.ts.
  const { startsAt, endsAt } =
    terms === null ? { startsAt: now, endsAt: now } : sessionTerms(terms, local, null);
  const session = SessionId.parse(sessionIdOf(id, local));
  const occasion: Occasion = {
    ...{ session, series: id, association, offer, originalStart: local },
    ...{ timeZone, startsAt, endsAt },
  };
  return { ...asking, occasion, terms, offer: standing };
}

async function hasRegistered(
  log: Pick<Log, 'read'>,
  session: SessionId,
  actor: Actor,
): Promise<boolean> {
  const viewers = viewersOf(actor);
  for await (const record of log.read(`session-${session}`)) {
    const { type, data } = parse(sessionContract, record);
    if (type === 'session-registered.v1' && viewers.includes(data.by)) return true;
  }
  return false;
}

async function withdrawnAt(log: Pick<Log, 'read'>, offer: OfferId): Promise<string | null> {
  for await (const { type, recordedAt } of log.read(`offer-${offer}`, { backwards: true })) {
    if (type === 'offer-withdrawn.v1') return recordedAt;
  }
  return null;
}

/**
 * Submits a command on a session. Its revision counts its events, so that a session to which nothing has happened has
 * one too: 0.
 */
export async function carryOutOnSession(
  desk: Desk,
  request: Commanding,
  command: SessionCommand,
): Promise<Outcome<Session, SessionRefusal>> {
  const { expected } = request.command;
  const counting = (count: bigint) => (count === 0n ? 'none' : count - 1n);
  const outcome = await submit(command, {
    log: desk.log,
    ...sessionTarget(command.occasion.session),
    context: requestContext(request),
    expected: expected === undefined ? undefined : counting(expected),
  });
  return counted(outcome);
}

function counted(outcome: Outcome<Session, SessionRefusal>): Outcome<Session, SessionRefusal> {
  switch (outcome.outcome) {
    case 'contended':
      return outcome;
    case 'done':
      return { ...outcome, revision: outcome.revision + 1n };
    default: {
      const { revision } = outcome;
      return { ...outcome, revision: revision === 'none' ? 0n : revision + 1n };
    }
  }
}
