import type { Actor } from '@relais/contracts/actors';
import { worksFor } from '@relais/contracts/actors';
import type { CalendarFeedEvent, CalendarScope } from '@relais/contracts/calendar-feeds';
import type { AssociationId, CalendarFeedId } from '@relais/contracts/ids';
import type { SessionRefusalCode } from '@relais/contracts/session-problems';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';

export type CalendarFeed =
  | { readonly state: 'absent' }
  | {
      readonly state: 'open' | 'revoked';
      readonly feed: CalendarFeedId;
      readonly association: AssociationId;
      readonly scope: CalendarScope;
      readonly secretHash: string;
    };

export type FeedCommand =
  | {
      readonly type: 'open';
      readonly feed: CalendarFeedId;
      readonly association: AssociationId;
      readonly scope: CalendarScope;
      readonly secretHash: string;
      /** How many the association has open already. */
      readonly open: number;
    }
  | { readonly type: 'revoke'; readonly actor: Actor };
export type FeedRefusal = { readonly code: SessionRefusalCode };

/** Addresses that one association has open at once, at most. */
export const openMax = 100;

/** A secret address belongs to the association that opened it; revoked it is never open again. */
export function decide(
  command: FeedCommand,
  feed: CalendarFeed,
): Decision<CalendarFeedEvent, FeedRefusal> {
  if (command.type === 'open') {
    if (feed.state !== 'absent') return refuse({ code: 'already-exists' });
    const { type: _, open, ...data } = command;
    if (open >= openMax) return refuse({ code: 'too-many-feeds' });
    return accept({ type: 'calendar-feed-opened.v1', data });
  }
  if (feed.state === 'absent' || !worksFor(command.actor, feed.association)) {
    return refuse({ code: 'not-found' });
  }
  if (feed.state === 'revoked') return accept();
  const { feed: id, association } = feed;
  return accept({ type: 'calendar-feed-revoked.v1', data: { feed: id, association } });
}

export function evolve(feed: CalendarFeed, event: CalendarFeedEvent): CalendarFeed {
  if (event.type === 'calendar-feed-opened.v1') return { state: 'open', ...event.data };
  if (feed.state === 'absent') throw new Error('revoked before it was opened');
  return { ...feed, state: 'revoked' };
}

export const feedAggregate: Aggregate<FeedCommand, CalendarFeed, CalendarFeedEvent, FeedRefusal> = {
  category: 'calendar-feed',
  initial: { state: 'absent' },
  decide,
  evolve,
};
