/**
 * Of `referral r` and `association a`: who may claim a referral that is open to all eligible. The same as
 * `isEligible` (stored.ts), by which the rules decide; consent is asked besides.
 */
export const eligibleSql = `r.state = 'sent' and r.receiver is null and a.id <> r.sender
  and a.state = 'member' and a.accepts_open_referrals and a.kind = 'association'
  and a.themes && r.themes`;
