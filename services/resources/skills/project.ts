import {
  type SkillEvent,
  type SkillState,
  type SkillTerms,
  skillContract,
} from '@relais/contracts/skills';
import { streamId } from '@relais/event-log/event-id';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';
import { isStillVouchedFor } from './decide.ts';

export type SkillRow = {
  readonly id: string;
  readonly association: string;
  readonly state: SkillState;
  readonly terms: SkillTerms;
  readonly endorsements: readonly {
    readonly by: string;
    readonly text: string | null;
    readonly at: string;
  }[];
  readonly changed_at: string;
  readonly revision: bigint;
};

/** What experts know. */
export const skillsPart: Part<SkillEvent> = {
  categories: { skill: skillContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [
    table<SkillRow, SkillEvent>({
      name: 'skill',
      key: ['id'],
      touches: (_event, record) => [{ id: streamId(record) }],
      fold(row, { type, data }, record) {
        const { revision, recordedAt: changed_at } = record;
        if (type === 'skill-stated.v1' || type === 'skill-changed.v1') {
          const { association, ...terms } = data;
          const id = streamId(record);
          const isVouchedFor = row !== undefined && isStillVouchedFor(row.terms, terms);
          const endorsements = isVouchedFor ? row.endorsements : [];
          return { id, association, state: 'open', terms, endorsements, changed_at, revision };
        }
        if (row === undefined) throw new Error(`${type} before it was stated`);
        const next = { ...row, changed_at, revision };
        if (type === 'skill-withdrawn.v1') return { ...next, state: 'withdrawn' };
        const others = row.endorsements.filter(({ by }) => by !== data.by);
        if (type === 'skill-endorsement-retracted.v1') return { ...next, endorsements: others };
        const endorsement = { by: data.by, text: data.text, at: changed_at };
        return { ...next, endorsements: [...others, endorsement] };
      },
    }),
  ],
};
