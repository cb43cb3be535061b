import { z } from 'zod';

/** What a client may be; each is bound to one association. */
export const Role = z.enum(['partner', 'coordinator', 'auditor', 'administrator']);
export type Role = z.infer<typeof Role>;

/** Who asks, as the verified access token says. */
export type Caller = {
  readonly clientId: string;
  readonly subject: string;
  readonly association: string;
  readonly role: Role;
  /** Associations a coordinator looks after; empty for every other role. */
  readonly remit: readonly string[];
  /** When the token was issued, seconds since 1970: rights changed later make it void. */
  readonly issuedAt: number;
};
