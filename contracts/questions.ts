/**
 * SVP: questions of associations, routed to who knows and answered in time; what may help others is published as a text
 * of its own. Storage formats: never edit an event schema that has shipped, add a `.v2` and an upcaster.
 */
import { z } from 'zod';
import { CommuneCode, LanguageTag } from './associations.ts';
import { WebAddress } from './directory.ts';
import type { EventContract, EventOf } from './event-contract.ts';
import { askQuestion } from './examples.ts';
import { AssociationId, SkillId } from './ids.ts';
import { personal } from './personal.ts';
import { PublicLink, publicText } from './public-text.ts';
import { Sealed } from './sealed.ts';
import { Theme, ThemeCode } from './themes.ts';
import { Code, Instant, OccurredAt, text } from './values.ts';

/** `asked`: nobody who knows was found yet. */
export const QuestionState = z
  .enum(['asked', 'routed', 'answered', 'accepted', 'withdrawn'])
  .meta({ id: 'QuestionState' });
export type QuestionState = z.infer<typeof QuestionState>;

const hour = 3_600_000;

/** Policy data: questions keep the dates pinned to them. */
export const questionPolicy = {
  version: '2026-11',
  /** The version of dates that who asks has set: a reminder halfway. */
  byAsker: 'asker',
  answerByMaxMs: 90 * 24 * hour,
  ordinary: { remindMs: 4 * 24 * hour, dueMs: 7 * 24 * hour },
  urgent: { remindMs: 12 * hour, dueMs: 24 * hour },
};

const words = personal('social', text(4_000));
// In clear, unlike the words that they go with.
const links = z.array(PublicLink).max(20).default([]);

/** `POST /v1/questions`. The text may speak of persons: it is sealed, and read by who asks and who answers. */
export const AskQuestion = z
  .strictObject({
    themes: z.array(Theme).min(1).max(20),
    commune: CommuneCode.nullable().default(null),
    languages: z.array(LanguageTag).max(50).default([]),
    urgency: z.enum(['ordinary', 'urgent']).default('ordinary'),
    /** When the answer is needed; null for what the urgency gives. */
    answerBy: Instant.nullable().default(null),
    text: words,
    occurredAt: OccurredAt,
  })
  .meta({ id: 'AskQuestion', examples: [askQuestion] });
export const RouteQuestion = z.strictObject({ to: AssociationId, occurredAt: OccurredAt });
export const PassQuestion = z.strictObject({
  reason: z.enum(['not_our_field', 'no_capacity', 'other']),
  occurredAt: OccurredAt,
});
export const AnswerQuestion = z.strictObject({ text: words, links, occurredAt: OccurredAt });
export const AcceptAnswer = z.strictObject({ occurredAt: OccurredAt });
export const ReopenQuestion = z.strictObject({ why: words, occurredAt: OccurredAt });
export const WithdrawQuestion = z.strictObject({ occurredAt: OccurredAt });
/** A text of its own, for every member. Programs see numbers and addresses; names are for who publishes to see. */
export const PublishAnswer = z
  .strictObject({
    title: publicText(200),
    question: publicText(4_000),
    answer: publicText(20_000),
    themes: z.array(Theme).min(1).max(20),
    language: LanguageTag.default('fr'),
    links,
    confirmedFreeOfPersonalData: z.literal(true),
    occurredAt: OccurredAt,
  })
  .meta({ id: 'PublishAnswer' });
export const UnpublishAnswer = z.strictObject({ occurredAt: OccurredAt });

const whose = { association: AssociationId, receiver: AssociationId.nullable() };
const deadlines = z.strictObject({ policy: z.string(), remindAt: Instant, dueAt: Instant });

const schemas = {
  'question-asked.v1': z.strictObject({
    association: AssociationId,
    themes: z.array(ThemeCode),
    commune: CommuneCode.nullable(),
    languages: z.array(LanguageTag),
    urgency: Code,
    text: Sealed,
    deadlines,
  }),
  /** To somebody whose skill or offer fits, with why; or to whom a person chose. */
  'question-routed.v1': z.strictObject({
    association: AssociationId,
    to: AssociationId,
    skill: SkillId.nullable(),
    reasons: z.array(z.strictObject({ code: Code, points: z.number() })),
    deadlines,
  }),
  'question-passed.v1': z.strictObject({
    association: AssociationId,
    by: AssociationId,
    reason: Code,
  }),
  'question-answered.v1': z.strictObject({ ...whose, text: Sealed, links: z.array(WebAddress) }),
  'question-accepted.v1': z.strictObject(whose),
  'question-reopened.v1': z.strictObject({ ...whose, why: Sealed, deadlines }),
  'question-withdrawn.v1': z.strictObject(whose),
  'question-reminded.v1': z.strictObject(whose),
  /** Not answered in time: shown to the coordinators. */
  'question-escalated.v1': z.strictObject(whose),
  'answer-published.v1': z.strictObject({
    by: AssociationId,
    title: z.string(),
    question: z.string(),
    answer: z.string(),
    themes: z.array(ThemeCode),
    language: LanguageTag,
    links: z.array(WebAddress),
  }),
  'answer-unpublished.v1': z.strictObject({ by: AssociationId }),
};
/** Events of `question-<uuid>`. */
export type QuestionEvent = EventOf<typeof schemas>;
export const questionContract: EventContract<QuestionEvent> = { schemas, upcasters: {} };
