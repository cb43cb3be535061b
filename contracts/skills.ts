/**
 * What experts of associations know, who vouches for it, and when they can be asked. An expert is a pseudonym, never a
 * name. Storage formats: never edit an event schema that has shipped, add a `.v2` and an upcaster.
 */
import { z } from 'zod';
import { CommuneCode, LanguageTag } from './associations.ts';
import { WebAddress } from './directory.ts';
import type { EventContract, EventOf } from './event-contract.ts';
import { stateSkill } from './examples.ts';
import { AssociationId, WorkerId } from './ids.ts';
import { Public } from './offer-codes.ts';
import { PublicLink, publicText } from './public-text.ts';
import { Theme, ThemeCode } from './themes.ts';
import { Code, Day, OccurredAt, reversed, text } from './values.ts';

export const SkillState = z.enum(['open', 'withdrawn']).meta({ id: 'SkillState' });
export type SkillState = z.infer<typeof SkillState>;

const availability = z
  .strictObject({
    hoursPerMonth: z.int().min(0).max(200),
    from: Day.nullable().default(null),
    until: Day.nullable().default(null),
  })
  .refine(({ from, until }) => from === null || until === null || from <= until, reversed);

const terms = {
  expert: WorkerId,
  title: publicText(200),
  themes: z.array(Theme).min(1).max(20),
  publics: z.array(Public).max(14).default([]),
  languages: z.array(LanguageTag).max(50).default([]),
  /** A diploma, a practice, a reference: in words or where it is to be seen. */
  evidence: z
    .strictObject({ text: publicText(2_000).nullable(), link: PublicLink.nullable() })
    .nullable()
    .default(null),
  /** From where, and how far; null for anywhere. */
  commune: CommuneCode.nullable().default(null),
  radiusKm: z.int().min(0).max(1_000).nullable().default(null),
  availability,
};

const hasCentre = ({ commune, radiusKm }: { commune: string | null; radiusKm: number | null }) =>
  commune !== null || radiusKm === null;
const noCentre = {
  path: ['commune'],
  params: {
    code: 'no-centre',
    en: 'A radius needs the commune that it is around. Leave it out for anywhere.',
    fr: 'Un rayon demande la commune autour de laquelle il compte. Laissez-le vide pour partout.',
  },
};

/** `POST /v1/skills`. */
export const StateSkill = z
  .strictObject({ ...terms, occurredAt: OccurredAt })
  .refine(hasCentre, noCentre)
  .meta({ id: 'StateSkill', examples: [stateSkill] });
/** `POST /v1/skills/:id/change`: the whole of it, not a part. */
export const ChangeSkill = z
  .strictObject({ ...terms, occurredAt: OccurredAt })
  .refine(hasCentre, noCentre);
export const EndorseSkill = z.strictObject({
  text: publicText(1_000).nullable().default(null),
  occurredAt: OccurredAt,
});
export const RetractEndorsement = z.strictObject({ occurredAt: OccurredAt });
export const WithdrawSkill = z.strictObject({ occurredAt: OccurredAt });

/** What was stated before a rule stays readable after it. */
const stored = {
  ...terms,
  ...{ title: text(200), themes: z.array(ThemeCode), publics: z.array(Code) },
  evidence: z
    .strictObject({ text: text(2_000).nullable(), link: WebAddress.nullable() })
    .nullable()
    .default(null),
};
const schemas = {
  'skill-stated.v1': z.strictObject({ association: AssociationId, ...stored }),
  'skill-changed.v1': z.strictObject({ association: AssociationId, ...stored }),
  /** Another association vouches for it; again replaces what it said before. */
  'skill-endorsed.v1': z.strictObject({
    association: AssociationId,
    by: AssociationId,
    text: z.string().nullable(),
  }),
  'skill-endorsement-retracted.v1': z.strictObject({
    association: AssociationId,
    by: AssociationId,
  }),
  'skill-withdrawn.v1': z.strictObject({ association: AssociationId }),
};
/** Events of `skill-<uuid>`. */
export type SkillEvent = EventOf<typeof schemas>;
export const skillContract: EventContract<SkillEvent> = { schemas, upcasters: {} };
export type SkillTerms = Omit<
  Extract<SkillEvent, { type: 'skill-stated.v1' }>['data'],
  'association'
>;
