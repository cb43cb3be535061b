import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type CalendarScope, calendarFeedContract } from '@relais/contracts/calendar-feeds';
import { AssociationId, CalendarFeedId } from '@relais/contracts/ids';
import type { Log } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { App } from '@relais/http/app-options';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import type { Viewer } from '../series/query.ts';
import type { SessionFilter } from '../sessions/found.ts';
import { sessionsWithin } from '../sessions/query.ts';
import { type CalendarFeed, feedAggregate } from './decide.ts';
import { calendarOf } from './ics.ts';

const [daysBefore, daysAfter] = [31, 366];
const fileOf = (name: string) =>
  z.strictObject({ file: z.string().regex(new RegExp(`^${name}\\.ics$`)) });
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const PublicFile = fileOf(uuid);
const SecretFile = fileOf(`${uuid}\\.[\\w-]{43}`);

/**
 * The secret of an address, that nobody can guess: derived from the service's key, so that it need not be kept. What
 * is kept is its SHA-256, which an address has to match.
 */
export const secretOf = (key: Uint8Array, feed: CalendarFeedId): string =>
  createHmac('sha256', key).update(`calendar-feed ${feed}`).digest('base64url');
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
export const pathOf = (feed: CalendarFeedId, secret: string): string =>
  `/calendars/private/${feed}.${secret}.ics`;

export async function readFeed(log: Pick<Log, 'read'>, id: CalendarFeedId): Promise<CalendarFeed> {
  let feed = feedAggregate.initial;
  for await (const record of log.read(`calendar-feed-${id}`)) {
    feed = feedAggregate.evolve(feed, parse(calendarFeedContract, record));
  }
  return feed;
}

const ofEverybody = { association: 'associations', site: 'sites', series: 'series' } as const;
const response = {
  200: {
    description: 'A calendar of RFC 5545, from a month back to a year ahead.',
    content: { 'text/calendar': { schema: z.string() } },
  },
};

/**
 * Calendars for programs that can show no token: of public offers for everybody, the rest at secret addresses. They
 * keep an address for years, so none has a version. Logs and traces name the route only, never the address.
 */
export function calendarRoutes(app: App, desk: Desk): void {
  const answer = async (
    reply: { type(name: string): unknown },
    viewer: Viewer,
    scope: CalendarScope,
  ): Promise<string> => {
    const from = Temporal.Instant.fromEpochMilliseconds(desk.now().getTime());
    const window = {
      from: from.subtract({ hours: daysBefore * 24 }),
      until: from.add({ hours: daysAfter * 24 }),
    };
    const filter = { ...filterOf(scope), withWithdrawn: true };
    const sessions = await sessionsWithin(desk.rows, viewer, filter, window);
    reply.type('text/calendar; charset=utf-8');
    return calendarOf(sessions, { name: 'Relais', withLinks: viewer !== 'public' });
  };
  for (const kind of ['association', 'site', 'series'] as const) {
    const summary = `Sessions of public offers, of one ${kind}, for calendar programs`;
    app.get(
      `/calendars/${ofEverybody[kind]}/:file`,
      { config: { access: 'public' }, schema: { summary, params: PublicFile, response } },
      async ({ params }, reply) => {
        const scope = { of: kind, [kind]: params.file.replace('.ics', '') } as CalendarScope;
        return answer(reply, 'public', scope);
      },
    );
  }
  const summary = 'What an association sees, for whoever has the secret address';
  app.get(
    '/calendars/private/:file',
    { config: { access: 'public' }, schema: { summary, params: SecretFile, response } },
    async ({ params }, reply) => {
      const [id = '', secret = ''] = params.file.split('.');
      const feed = await readFeed(desk.log, CalendarFeedId.parse(id));
      // An address that was revoked, one that is wrong and one that never was answer alike.
      if (feed.state !== 'open' || !isSame(hashOf(secret), feed.secretHash)) {
        throw new HttpProblem('not-found');
      }
      return answer(reply, [AssociationId.parse(feed.association)], feed.scope);
    },
  );
}

function filterOf(scope: CalendarScope): SessionFilter {
  switch (scope.of) {
    case 'association':
      return { association: scope.association };
    case 'site':
      return { site: scope.site };
    case 'series':
      return { series: scope.series };
  }
}

const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(one), Buffer.from(other));
