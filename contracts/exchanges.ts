/**
 * Hours of work that one association gives another: never money. Written by services/resources. Storage formats:
 * never edit an event schema that has shipped, add a `.v2` and an upcaster.
 */
import { z } from 'zod';
import type { EventContract, EventOf, Immutable } from './event-contract.ts';
import { requestExchange } from './examples.ts';
import { AssociationId, NeedId, OfferId, SkillId } from './ids.ts';
import { personal } from './personal.ts';
import { Sealed } from './sealed.ts';
import { Theme, ThemeCode } from './themes.ts';
import { Code, Instant, OccurredAt, reversed, text } from './values.ts';

export const ExchangeState = z
  .enum(['requested', 'agreed', 'disputed', 'done', 'refused', 'cancelled', 'expired'])
  .meta({ id: 'ExchangeState' });
export type ExchangeState = z.infer<typeof ExchangeState>;

const day = 24 * 3_600_000;

/** Policy data: a changed policy is a new entry with a new version; exchanges keep the dates pinned to them. */
export const exchangePolicy = {
  version: '2026-11',
  /** How far ahead hours may be asked for. */
  windowMaxMs: 2 * 365 * day,
  /** From the request. */
  answer: { remindMs: 3 * day, escalateMs: 7 * day, expireMs: 14 * day },
  /** From the end of the agreed window, or from the agreement where there is none. */
  report: { remindMs: 2 * day, escalateMs: 14 * day },
};

const inQuarters = {
  params: {
    code: 'not-in-quarters',
    en: 'Hours count in quarters: 0.25, 0.5, 0.75, 1 …',
    fr: 'Les heures se comptent en quarts : 0.25, 0.5, 0.75, 1 …',
  },
};

/** Hours in quarters, which binary fractions hold exactly: sums never drift. */
export const WorkHours = z
  .number()
  .min(0)
  .max(1_000)
  // Not `multipleOf`, which takes 5e-324 for a multiple.
  .refine((hours) => Number.isInteger(hours * 4), inQuarters)
  .meta({ multipleOf: 0.25 });
const askedHours = WorkHours.min(0.25);

export const ExchangeRefusalReason = z.enum([
  'no_capacity',
  'out_of_area',
  'not_our_field',
  'needs_incompatible',
  'other',
]);
export const ExchangeCancelReason = z.enum([
  'no_longer_needed',
  'met_elsewhere',
  'no_capacity',
  'did_not_take_place',
  'entered_in_error',
  'other',
]);

const window = z
  .strictObject({ from: Instant, until: Instant })
  .refine(({ from, until }) => Date.parse(from) <= Date.parse(until), reversed);

const words = personal('social', text(4_000)).nullable().default(null);

/** `POST /v1/exchanges`. `text` may speak of persons: it is sealed, and read by the two associations alone. */
export const RequestExchange = z
  .strictObject({
    provider: AssociationId,
    need: NeedId.nullable().default(null),
    offer: OfferId.nullable().default(null),
    skill: SkillId.nullable().default(null),
    themes: z.array(Theme).min(1).max(20),
    hours: askedHours,
    window: window.nullable().default(null),
    text: words,
    occurredAt: OccurredAt,
  })
  .meta({ id: 'RequestExchange', examples: [requestExchange] });
export const AgreeExchange = z.strictObject({ occurredAt: OccurredAt });
export const RefuseExchange = z.strictObject({
  reason: ExchangeRefusalReason,
  occurredAt: OccurredAt,
});
export const CancelExchange = z.strictObject({
  reason: ExchangeCancelReason,
  occurredAt: OccurredAt,
});
export const ReportHours = z.strictObject({ hours: WorkHours, occurredAt: OccurredAt });
export const SettleHours = z.strictObject({
  hours: WorkHours,
  note: personal('social', text(2_000)),
  occurredAt: OccurredAt,
});

/** Who gives to whom; on every event, so that nothing else has to be read to know. */
const parties = { requester: AssociationId, provider: AssociationId, need: NeedId.nullable() };
const step = z.enum(['answer', 'report']);

const schemas = {
  'exchange-requested.v1': z.strictObject({
    ...parties,
    offer: OfferId.nullable(),
    skill: SkillId.nullable(),
    themes: z.array(ThemeCode),
    hours: WorkHours,
    window: window.nullable(),
    text: Sealed.nullable(),
    deadlines: z.strictObject({
      policy: z.string(),
      remindAt: Instant,
      escalateAt: Instant,
      expiresAt: Instant,
    }),
  }),
  'exchange-agreed.v1': z.strictObject({
    ...parties,
    deadlines: z.strictObject({ policy: z.string(), remindAt: Instant, escalateAt: Instant }),
  }),
  'exchange-refused.v1': z.strictObject({ ...parties, reason: Code }),
  'exchange-cancelled.v1': z.strictObject({ ...parties, by: AssociationId, reason: Code }),
  /** One side says how many hours it was; it may say so again until both say the same. */
  'exchange-hours-reported.v1': z.strictObject({
    ...parties,
    by: z.enum(['requester', 'provider']),
    hours: WorkHours,
  }),
  /** A coordinator ends a difference. */
  'exchange-settled.v1': z.strictObject({
    ...parties,
    by: AssociationId,
    hours: WorkHours,
    note: Sealed,
  }),
  /** The one event that the ledger is made of: the provider gave these hours to the requester. */
  'exchange-confirmed.v1': z.strictObject({
    ...parties,
    hours: WorkHours,
    by: z.enum(['both', 'settlement']),
  }),
  'exchange-reminded.v1': z.strictObject({ ...parties, step }),
  /** The coordinators are told. */
  'exchange-escalated.v1': z.strictObject({ ...parties, step }),
  'exchange-expired.v1': z.strictObject({ ...parties, policy: z.string() }),
};
/** Events of `exchange-<uuid>`. */
export type ExchangeEvent = EventOf<typeof schemas>;
export const exchangeContract: EventContract<ExchangeEvent> = { schemas, upcasters: {} };
export type ExchangeWindow = Immutable<z.infer<typeof window>>;
