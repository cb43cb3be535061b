import type { Role } from '@relais/contracts/identity';

/** Who asks, as the verified access token says. */
export type Caller = {
  readonly clientId: string;
  readonly subject: string;
  readonly association: string;
  readonly role: Role;
  /** Associations a coordinator looks after; empty for every other role. */
  readonly remit: readonly string[];
};
