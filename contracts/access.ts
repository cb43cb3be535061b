/** Who read what: one `access-<uuid>` stream per reading, written before the answer leaves. */
import { z } from 'zod';
import type { EventContract, EventOf } from './event-contract.ts';
import { AssociationId, CaseId, PersonId, ReferralId } from './ids.ts';
import { Category } from './sealed.ts';
import { Code } from './values.ts';

const schemas = {
  /** `level` names the view that was answered; `breakGlass`: it was read under a break-glass. */
  'personal-data-read.v1': z.strictObject({
    client: z.string().min(1).max(200),
    association: AssociationId,
    case: CaseId,
    referral: ReferralId.nullable(),
    level: Code,
    categories: z.array(Category),
    persons: z.array(PersonId),
    breakGlass: z.boolean(),
  }),
  /**
   * Texts of the resources service, sealed under the pseudonyms `persons`. `of` is the kind of stream they stand in
   * (`need`, `question`), `id` which.
   */
  'resource-text-read.v1': z.strictObject({
    client: z.string().min(1).max(200),
    association: AssociationId,
    of: Code,
    id: z.uuid(),
    level: Code,
    categories: z.array(Category),
    persons: z.array(PersonId),
  }),
};

export type AccessEvent = EventOf<typeof schemas>;
export const accessContract: EventContract<AccessEvent> = { schemas, upcasters: {} };
