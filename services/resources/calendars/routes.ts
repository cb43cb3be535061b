import { actorOf } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import {
  CalendarFeedPath,
  CalendarFeedView,
  calendarFeedContract,
  OpenCalendarFeed,
} from '@relais/contracts/calendar-feeds';
import { AssociationId, CalendarFeedId } from '@relais/contracts/ids';
import { derivedId } from '@relais/event-log/event-id';
import type { App } from '@relais/http/app-options';
import { answerCommand, type Presented } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { carryOut } from '../commanding.ts';
import type { Desk } from '../desk.ts';
import { type CalendarFeed, feedAggregate } from './decide.ts';
import { hashOf, pathOf, readFeed, secretOf } from './feeds.ts';
import { countOpenFeeds, type FeedRow, listFeeds } from './project.ts';

const workers = ['partner', 'coordinator'] as const;
const params = z.strictObject({ id: CalendarFeedId });

/** Secret addresses of calendars: each association opens and revokes its own. */
export function calendarFeedRoutes(app: App, desk: Desk): void {
  reads(app, desk);
  app.post(
    '/calendar-feeds',
    {
      config: { access: workers, command: 'create' },
      schema: {
        summary: 'Open a secret address at which a calendar program reads sessions',
        body: OpenCalendarFeed,
        response: { 201: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { caller, body, command: given } = request;
      const feed = CalendarFeedId.parse(derivedId('calendar-feed', given.id));
      const association = AssociationId.parse(caller.association);
      const secretHash = hashOf(secretOf(app.cursorKey, feed));
      const open = await countOpenFeeds(desk.rows, association);
      const facts = { feed, association, scope: body.scope, secretHash, open };
      const command = { type: 'open', ...facts } as const;
      const outcome = await carryOut(desk, target(feed), request, command, 'nothing');
      const location = `/v1/calendar-feeds/${feed}/path`;
      return answerCommand(reply, outcome, present(feed), { location });
    },
  );
  app.post(
    '/calendar-feeds/:id/revoke',
    {
      config: { access: workers, command: 'change' },
      schema: {
        summary: 'Close an address for good',
        params,
        body: z.strictObject({}),
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const actor = actorOf(request.caller);
      const outcome = await carryOut(desk, target(id), request, { type: 'revoke', actor });
      return answerCommand(reply, outcome, present(id), {
        isVisible: (feed) => feed.state !== 'absent' && isOf(feed.association, request.caller),
      });
    },
  );
}

function reads(app: App, desk: Desk): void {
  app.get(
    '/calendar-feeds',
    {
      config: { access: workers },
      schema: {
        summary: 'Addresses of one’s own association, without their secrets',
        querystring: z.strictObject(PageQuery),
        response: { 200: pageOf(CalendarFeedView) },
      },
    },
    async (request, reply) => {
      const [from] = after(request, z.tuple([z.uuid()])) ?? [];
      const { association } = request.caller;
      const rows = await listFeeds(desk.rows, association, from, request.query.limit + 1);
      const { items, next } = page(request, reply, rows, (row) => [row.id]);
      return { items: items.map(feedView), next };
    },
  );
  app.get(
    '/calendar-feeds/:id/path',
    {
      config: { access: workers },
      schema: {
        summary: 'The address itself: whoever has it reads the calendar',
        params,
        response: { 200: CalendarFeedPath },
      },
    },
    async (request) => {
      const { id } = request.params;
      const feed = await readFeed(desk.log, id);
      if (feed.state === 'absent' || !isOf(feed.association, request.caller)) {
        throw new HttpProblem('not-found');
      }
      const secret = secretOf(app.cursorKey, id);
      const isGood = feed.state === 'open' && hashOf(secret) === feed.secretHash;
      return { id, path: isGood ? pathOf(id, secret) : null };
    },
  );
}

const isOf = (association: string, caller: { readonly association: string }): boolean =>
  association === caller.association;

const feedView = (row: FeedRow): z.infer<typeof CalendarFeedView> =>
  CalendarFeedView.parse({
    ...{ id: row.id, scope: row.scope, state: row.state, openedAt: row.opened_at },
    ...{ revision: row.revision.toString(), allowedActions: actionsIn(row.state) },
  });

const actionsIn = (state: CalendarFeed['state']): 'revoke'[] =>
  state === 'open' ? ['revoke'] : [];

const target = (id: CalendarFeedId) =>
  ({ aggregate: feedAggregate, contract: calendarFeedContract, id }) as const;

const present =
  (id: CalendarFeedId) =>
  ({ state }: CalendarFeed): Presented => ({
    ...{ id, state, allowedActions: actionsIn(state), deadlines: {} },
  });
