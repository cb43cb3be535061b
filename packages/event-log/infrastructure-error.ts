/**
 * Whether trying again may help: the network, a server that restarts, locks, a full disk. What a query itself
 * got wrong (SQLSTATE classes 21 to 23, 42 and the like) will go wrong again.
 */
export function isInfrastructure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'LogUnavailable') return true;
  if (!('code' in error) || typeof error.code !== 'string')
    return isConnectionMessage(error.message);
  // Of the network (ECONNREFUSED …) or, in five characters, of PostgreSQL (appendix A of its manual).
  if (!/^[0-9A-Z]{5}$/.test(error.code)) return /^E[A-Z_]+$/.test(error.code);
  return /^(08|25|40|53|55|57|58|XX)/.test(error.code) || /^E[A-Z]{4}$/.test(error.code);
}

/** The driver's own errors carry no code. */
const isConnectionMessage = (message: string): boolean =>
  /connection|timeout|timed out|pool|client (was|is|has)|not queryable/i.test(message);
