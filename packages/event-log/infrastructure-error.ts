/** What a reaction throws when the same may succeed in a moment: a lost race, a service that is away. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain';
}

/**
 * Whether trying again may help: the network, a server that restarts, locks, a full disk. What a query itself
 * got wrong (SQLSTATE classes 21 to 23, 42 and the like) will go wrong again.
 */
export function isInfrastructure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof TryAgain || error.name === 'LogUnavailable') return true;
  if (!('code' in error) || typeof error.code !== 'string') return isConnection(error.message);
  // Of the network (ECONNREFUSED, EPIPE …), or of PostgreSQL (appendix A of its manual).
  return (
    /^E[A-Z]{3,}/.test(error.code) || /^(08|25|40|53|55|57|58|XX)[0-9A-Z]{3}$/.test(error.code)
  );
}

/** The driver's own errors carry no code. */
const isConnection = (message: string): boolean =>
  /connection|timeout|timed out|pool|client (was|is|has)|not queryable/i.test(message);
