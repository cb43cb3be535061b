/** Contacts of the directory: shown one at a time, and who saw them. */
import { z } from 'zod';
import { AssociationId } from './ids.ts';

/** Somebody was shown a contact. */
export const ContactReading = z
  .object({
    /** The member for which somebody asked, and with which of its clients. */
    association: AssociationId,
    client: z.string(),
    readAt: z.iso.datetime(),
  })
  .meta({ id: 'ContactReading' });
export type ContactReading = z.infer<typeof ContactReading>;
