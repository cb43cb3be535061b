import { Metadata, type ServiceError, status } from '@grpc/grpc-js';

/** What the double does wrong from now on; change it while it runs. */
export type Faults = {
  /** Every call fails as while the node starts or an election runs. */
  notReady: boolean;
  /** Calls that require the leader are sent there. */
  leader: { readonly host: string; readonly port: number } | undefined;
  /** Every call fails for want of rights. */
  accessDenied: boolean;
  /** Every call is answered so much later, ms. */
  slowMs: number;
  /** The server's clock is ahead by so much, ms: deadlines given as a time of day have passed. */
  clockAheadMs: number;
  /** The next append: its connection is cut before or after it is committed, or it is never answered. */
  nextAppend: 'cut-before' | 'cut-after' | 'silent' | undefined;
  /** The next read or subscription: its connection is cut after so many events. */
  cutReadAfter: number | undefined;
  /** Subscriptions stay open and deliver nothing more. */
  stalled: boolean;
  /** Subscriptions deliver every event twice. */
  deliverTwice: boolean;
};

export const noFaults = (): Faults => ({
  notReady: false,
  leader: undefined,
  accessDenied: false,
  slowMs: 0,
  clockAheadMs: 0,
  nextAppend: undefined,
  cutReadAfter: undefined,
  stalled: false,
  deliverTwice: false,
});

/** An error as the server answers it: named in the trailer `exception`. */
export function refusal(
  code: status,
  details: string,
  trailers: { readonly [key: string]: string } = {},
): ServiceError {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return Object.assign(new Error(details), { code, details, metadata });
}

/** Why a call fails at once, if it does. */
export function faultOf(faults: Faults, request: Metadata): ServiceError | undefined {
  if (faults.notReady) return refusal(status.UNAVAILABLE, 'Server Is Not Ready');
  if (faults.leader !== undefined && request.get('requires-leader').includes('true')) {
    return refusal(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': faults.leader.host,
      'leader-endpoint-port': String(faults.leader.port),
    });
  }
  if (!faults.accessDenied) return undefined;
  return refusal(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
}

/** Takes the fault meant for the next append. */
export function takeAppendFault(faults: Faults): Faults['nextAppend'] {
  const fault = faults.nextAppend;
  faults.nextAppend = undefined;
  return fault;
}
