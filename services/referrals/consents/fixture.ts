/** What may follow a consent, for the tests of the rules. */
import { type ConsentEvent, ExceptionId } from '@relais/contracts/consents';
import { after, consentId, now, receiver, referent, sealed, sender, uuid } from '../fixture.ts';

export const withdrawn: ConsentEvent = {
  type: 'consent-withdrawn.v1',
  data: {
    consent: consentId,
    withdrawnBy: 'person',
    reason: null,
    recipients: { associations: [receiver], openToEligible: false },
  },
};
export const exception: ConsentEvent = {
  type: 'consent-exception-recorded.v1',
  data: {
    exception: ExceptionId.parse(uuid(50)),
    association: sender,
    legalBasis: 'vital_interest',
    reason: sealed('administrative'),
    author: referent,
    purposes: ['referral'],
    recipients: { associations: [receiver], openToEligible: false },
    categories: ['health'],
    validFrom: now,
    until: after(24),
  },
};
