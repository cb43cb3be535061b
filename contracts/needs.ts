/**
 * What an association lacks. One that nothing answers is kept as unmet and feeds the observatory. Storage formats: never
 * edit an event schema that has shipped, add a `.v2` and an upcaster.
 */
import { z } from 'zod';
import { CommuneCode, LanguageTag } from './associations.ts';
import type { EventContract, EventOf } from './event-contract.ts';
import { stateNeed } from './examples.ts';
import { AssociationId, ExchangeId } from './ids.ts';
import { Public } from './offer-codes.ts';
import { personal } from './personal.ts';
import { Sealed } from './sealed.ts';
import { Theme, ThemeCode } from './themes.ts';
import { Code, Day, OccurredAt, reversed, text } from './values.ts';

/** `matched`: something fits; `unmet`: nothing does, or nobody who fits could help. */
export const NeedState = z.enum(['matched', 'unmet', 'met', 'withdrawn']).meta({ id: 'NeedState' });
export type NeedState = z.infer<typeof NeedState>;

const when = z
  .strictObject({ from: Day, until: Day })
  .refine(({ from, until }) => from <= until, reversed);

const terms = {
  themes: z.array(Theme).min(1).max(20),
  commune: CommuneCode.nullable().default(null),
  publics: z.array(Public).max(14).default([]),
  languages: z.array(LanguageTag).max(50).default([]),
  when: when.nullable().default(null),
};

/** `POST /v1/needs`. `text` may speak of persons: it is sealed, and read by the association alone. */
export const StateNeed = z
  .strictObject({
    ...terms,
    text: personal('social', text(4_000)).nullable().default(null),
    occurredAt: OccurredAt,
  })
  .meta({ id: 'StateNeed', examples: [stateNeed] });
export const LookAgain = z.strictObject({ occurredAt: OccurredAt });
export const GiveUpNeed = z.strictObject({
  reason: z.enum(['all_refused', 'too_far', 'too_late', 'other']),
  occurredAt: OccurredAt,
});
export const MeetNeed = z.strictObject({
  exchange: ExchangeId.nullable().default(null),
  occurredAt: OccurredAt,
});
export const ReopenNeed = z.strictObject({ occurredAt: OccurredAt });
export const WithdrawNeed = z.strictObject({ occurredAt: OccurredAt });

const stored = { ...terms, themes: z.array(ThemeCode), publics: z.array(Code) };
const whose = { association: AssociationId };
const schemas = {
  'need-stated.v1': z.strictObject({ ...whose, ...stored, text: Sealed.nullable() }),
  /** So many offers and skills fit. */
  'need-matched.v1': z.strictObject({ ...whose, matches: z.int().min(1) }),
  /** Nobody helps. Everything that the observatory counts by, and nothing about persons. */
  'need-unmet.v1': z.strictObject({ ...whose, ...stored, reason: Code }),
  'need-met.v1': z.strictObject({ ...whose, exchange: ExchangeId.nullable() }),
  'need-withdrawn.v1': z.strictObject(whose),
};
/** Events of `need-<uuid>`. */
export type NeedEvent = EventOf<typeof schemas>;
export const needContract: EventContract<NeedEvent> = { schemas, upcasters: {} };
export type NeedTerms = Omit<
  Extract<NeedEvent, { type: 'need-unmet.v1' }>['data'],
  'association' | 'reason'
>;
