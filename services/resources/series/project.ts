import { type SeriesEvent, seriesContract } from '@relais/contracts/session-events';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';
import { extentOfPlan, type Plan, planAfter } from './state.ts';

export type SeriesRow = {
  readonly id: string;
  readonly association: string;
  readonly offer: string;
  readonly state: 'planned' | 'ended';
  readonly plan: Plan;
  readonly first_at: string;
  readonly last_at: string | null;
  readonly revision: bigint;
  readonly changed_at: string;
};

const series = table<SeriesRow, SeriesEvent>({
  name: 'series',
  key: ['id'],
  touches: ({ data }) => [{ id: data.series }],
  fold(row, event, { revision, recordedAt }) {
    const { series: id, association, offer } = event.data;
    const plan = planAfter(row?.plan, event);
    const { first, last } = extentOfPlan(plan);
    const state = plan.endsFrom === null ? 'planned' : 'ended';
    const extent = { first_at: first, last_at: last };
    return { id, association, offer, state, plan, ...extent, revision, changed_at: recordedAt };
  },
});

export const seriesPart: Part<SeriesEvent> = {
  categories: { series: seriesContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [series],
};
