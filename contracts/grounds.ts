import { z } from 'zod';
import { ExceptionId } from './consents.ts';
import type { Immutable } from './event-contract.ts';
import { ConsentId } from './ids.ts';

/** Why data may be shared: the consents and exceptions it rests on. */
export const Grounds = z.array(
  z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('consent'), consent: ConsentId }),
    z.strictObject({ by: z.literal('exception'), exception: ExceptionId }),
  ]),
);
export type Grounds = Immutable<z.infer<typeof Grounds>>;
