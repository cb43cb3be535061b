import {
  type CalendarFeedEvent,
  type CalendarScope,
  calendarFeedContract,
} from '@relais/contracts/calendar-feeds';
import { table } from '@relais/event-log/projection';
import type { Sql } from '@relais/postgres/database';
import type { Part } from '../project.ts';

export type FeedRow = {
  readonly id: string;
  readonly association: string;
  readonly scope: CalendarScope;
  readonly state: 'open' | 'revoked';
  readonly revision: bigint;
  readonly opened_at: string;
};

const feeds = table<FeedRow, CalendarFeedEvent>({
  name: 'calendar_feed',
  key: ['id'],
  touches: ({ data }) => [{ id: data.feed }],
  fold(row, event, { revision, recordedAt }) {
    if (event.type === 'calendar-feed-opened.v1') {
      const { feed: id, association, scope } = event.data;
      return { id, association, scope, state: 'open', revision, opened_at: recordedAt };
    }
    return row === undefined ? undefined : { ...row, state: 'revoked', revision };
  },
});

export const calendarsPart: Part<CalendarFeedEvent> = {
  categories: { 'calendar-feed': calendarFeedContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [feeds],
};

/** Of one association, after this id. */
export async function listFeeds(
  sql: Sql,
  association: string,
  after: string | undefined,
  limit: number,
): Promise<FeedRow[]> {
  const { rows } = await sql.query<FeedRow>(
    `select * from calendar_feed where association = $1 and ($2::uuid is null or id > $2)
     order by id limit $3`,
    [association, after ?? null, limit],
    'resources-calendar-feeds',
  );
  return rows;
}

export async function countOpenFeeds(sql: Sql, association: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `select count(*)::integer as count from calendar_feed where association = $1 and state = 'open'`,
    [association],
    'resources-calendar-feeds-open',
  );
  return rows[0]?.count ?? 0;
}
