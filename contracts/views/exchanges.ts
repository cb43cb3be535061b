/** Exchanges and the ledger of hours, as the two associations and their coordinators see them. */
import { z } from 'zod';
import { ExchangeState, WorkHours } from '../exchanges.ts';
import { Id, Moment, Revision } from './parts.ts';

const Deadlines = z.record(z.string(), Moment);

/** A line of a list: no text about persons. */
export const ExchangeLine = z
  .object({
    id: Id,
    state: ExchangeState,
    revision: Revision,
    requester: Id,
    provider: Id,
    need: Id.nullable(),
    offer: Id.nullable(),
    skill: Id.nullable(),
    themes: z.array(z.string()),
    hours: WorkHours,
    window: z.object({ from: Moment, until: Moment }).nullable(),
    /** What each side said; null until it did. */
    reported: z.object({ requester: WorkHours.nullable(), provider: WorkHours.nullable() }),
    /** What stands in the ledger; null until it is confirmed. */
    confirmed: WorkHours.nullable(),
    reason: z.string().nullable(),
    escalated: z.boolean(),
    deadlines: Deadlines,
    requestedAt: Moment,
    changedAt: Moment,
    allowedActions: z.array(z.string()),
  })
  .meta({ id: 'ExchangeLine' });
export type ExchangeLine = z.infer<typeof ExchangeLine>;

/** `text` is for the two associations; `note`, of a settlement, for their coordinators too. */
export const ExchangeView = ExchangeLine.extend({
  text: z.string().nullable(),
  note: z.string().nullable(),
}).meta({ id: 'Exchange' });

/** Hours given less hours received. Over all associations, balances sum to zero. */
const Balance = z.object({ given: z.number(), received: z.number(), balance: z.number() });

export const LedgerView = z
  .object({ association: Id, total: Balance, with: z.array(Balance.extend({ association: Id })) })
  .meta({ id: 'HoursLedger' });

export const LedgerEntry = z
  .object({
    exchange: Id,
    with: Id,
    /** Positive where given, negative where received. */
    hours: z.number(),
    themes: z.array(z.string()),
    confirmedAt: Moment,
  })
  .meta({ id: 'HoursEntry' });
