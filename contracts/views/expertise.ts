/** Skills, needs and what fits them, as members see them. */
import { z } from 'zod';
import { NeedState } from '../needs.ts';
import { SkillState } from '../skills.ts';
import { Id, Moment, Revision } from './parts.ts';

const codes = z.array(z.string());

export const SkillView = z
  .object({
    id: Id,
    association: Id,
    state: SkillState,
    revision: Revision,
    /** A pseudonym. */
    expert: Id,
    title: z.string(),
    themes: codes,
    publics: codes,
    languages: codes,
    evidence: z.object({ text: z.string().nullable(), link: z.string().nullable() }).nullable(),
    commune: z.string().nullable(),
    radiusKm: z.int().nullable(),
    availability: z.object({
      hoursPerMonth: z.int(),
      from: z.string().nullable(),
      until: z.string().nullable(),
    }),
    endorsements: z.array(z.object({ by: Id, text: z.string().nullable(), at: Moment })),
    changedAt: Moment,
    allowedActions: codes,
  })
  .meta({ id: 'Skill' });
export type SkillView = z.infer<typeof SkillView>;

export const NeedLine = z
  .object({
    id: Id,
    association: Id,
    state: NeedState,
    revision: Revision,
    themes: codes,
    commune: z.string().nullable(),
    publics: codes,
    languages: codes,
    when: z.object({ from: z.string(), until: z.string() }).nullable(),
    /** Why nobody helps, where it is unmet. */
    reason: z.string().nullable(),
    exchange: Id.nullable(),
    statedAt: Moment,
    changedAt: Moment,
    allowedActions: codes,
  })
  .meta({ id: 'NeedLine' });
export type NeedLine = z.infer<typeof NeedLine>;

/** `text` is for the association whose need it is. */
export const NeedView = NeedLine.extend({ text: z.string().nullable() }).meta({ id: 'Need' });

/** Why something fits, and what it is worth; `load` takes points away. */
export const MatchReason = z
  .object({
    code: z.enum(['themes', 'near', 'language', 'public', 'endorsed', 'available', 'load']),
    points: z.number(),
  })
  .meta({ id: 'MatchReason' });

export const MatchView = z
  .object({
    kind: z.enum(['offer', 'skill']),
    id: Id,
    association: Id,
    title: z.string(),
    score: z.number(),
    reasons: z.array(MatchReason),
    distanceKm: z.number().nullable(),
    /** Open exchanges and questions of that association, and hours it gave in the last 90 days. */
    load: z.object({ open: z.int(), recentHours: z.number() }),
  })
  .meta({ id: 'Match' });
