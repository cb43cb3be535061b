/**
 * Addresses at which a calendar program reads what an association may see. The secret in the address is never
 * written down: events hold its SHA-256. Storage formats: never edit an event schema that has shipped.
 */
import { z } from 'zod';
import type { EventContract, EventOf, Immutable } from './event-contract.ts';
import { AssociationId, CalendarFeedId, SeriesId, SiteId } from './ids.ts';

/** Sessions of one organiser, at one site, or of one series. */
export const CalendarScope = z
  .discriminatedUnion('of', [
    z.strictObject({ of: z.literal('association'), association: AssociationId }),
    z.strictObject({ of: z.literal('site'), site: SiteId }),
    z.strictObject({ of: z.literal('series'), series: SeriesId }),
  ])
  .meta({ id: 'CalendarScope' });
export type CalendarScope = Immutable<z.infer<typeof CalendarScope>>;

/** `POST /v1/calendar-feeds`. */
export const OpenCalendarFeed = z
  .strictObject({ scope: CalendarScope })
  .meta({ id: 'OpenCalendarFeed' });

export const CalendarFeedView = z
  .object({
    id: CalendarFeedId,
    scope: CalendarScope,
    state: z.enum(['open', 'revoked']),
    revision: z.string().regex(/^\d+$/),
    openedAt: z.iso.datetime(),
    allowedActions: z.array(z.enum(['revoke'])),
  })
  .meta({ id: 'CalendarFeed' });

/** Whoever has the path reads the calendar. Null: revoked, or made under another master key: open a new one. */
export const CalendarFeedPath = z
  .object({ id: CalendarFeedId, path: z.string().nullable() })
  .meta({ id: 'CalendarFeedPath' });

const feed = { feed: CalendarFeedId, association: AssociationId };
const schemas = {
  'calendar-feed-opened.v1': z.strictObject({
    ...feed,
    scope: CalendarScope,
    secretHash: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  'calendar-feed-revoked.v1': z.strictObject(feed),
};
/** Events of `calendar-feed-<uuid>`. */
export type CalendarFeedEvent = EventOf<typeof schemas>;
export const calendarFeedContract: EventContract<CalendarFeedEvent> = { schemas, upcasters: {} };
