/** Questions, published answers and publications, as members see them. */
import { z } from 'zod';
import { PublicationState } from '../publications.ts';
import { QuestionState } from '../questions.ts';
import { Id, Moment, Revision } from './parts.ts';

const codes = z.array(z.string());

export const QuestionLine = z
  .object({
    id: Id,
    state: QuestionState,
    revision: Revision,
    association: Id,
    receiver: Id.nullable(),
    skill: Id.nullable(),
    /** Why it went to this receiver. */
    reasons: z.array(z.object({ code: z.string(), points: z.number() })),
    themes: codes,
    commune: z.string().nullable(),
    languages: codes,
    urgency: z.string(),
    reopened: z.int(),
    /** Since it went to this receiver, or was reopened. */
    reminded: z.boolean(),
    escalated: z.boolean(),
    isPublished: z.boolean(),
    deadlines: z.record(z.string(), Moment),
    askedAt: Moment,
    changedAt: Moment,
    allowedActions: codes,
  })
  .meta({ id: 'QuestionLine' });
export type QuestionLine = z.infer<typeof QuestionLine>;

/** Texts are for who asks and who answers. */
export const QuestionView = QuestionLine.extend({
  text: z.string().nullable(),
  answer: z.string().nullable(),
  /** Why it was reopened last. */
  why: z.string().nullable(),
  links: codes,
}).meta({ id: 'Question' });

export const PublishedAnswerView = z
  .object({
    id: Id,
    by: Id,
    title: z.string(),
    question: z.string(),
    answer: z.string(),
    themes: codes,
    language: z.string(),
    direction: z.enum(['ltr', 'rtl']),
    links: codes,
    publishedAt: Moment,
  })
  .meta({ id: 'PublishedAnswer' });

export const PublicationLine = z
  .object({
    id: Id,
    association: Id,
    state: PublicationState,
    revision: Revision,
    /** The first is 1. */
    version: z.int(),
    kind: z.string(),
    title: z.string(),
    summary: z.string().nullable(),
    themes: codes,
    languages: codes,
    links: codes,
    publishedAt: Moment,
    changedAt: Moment,
    allowedActions: codes,
  })
  .meta({ id: 'PublicationLine' });
export type PublicationLine = z.infer<typeof PublicationLine>;
export const PublicationView = PublicationLine.extend({ body: z.string().nullable() }).meta({
  id: 'Publication',
});
export const PublicationVersion = PublicationView.omit({
  state: true,
  revision: true,
  allowedActions: true,
}).meta({ id: 'PublicationVersion' });
