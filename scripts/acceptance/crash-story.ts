import { eventually } from './eventually.ts';
import type { Ledger } from './ledger.ts';
import { newCase, newConsent, newReferral, shared } from './narrative.ts';
import type { Partner, Reply } from './partner.ts';

export type Stories = {
  readonly ledger: Ledger;
  /** Address of the referrals service. */
  readonly url: string;
  readonly sender: Partner;
  readonly receiver: Partner;
};

/** A case, and a referral of it that was sent to an offer. */
async function refer({ ledger, url, sender, receiver }: Stories, offer: string): Promise<Reply> {
  const opened = await ledger.tell(sender, `${url}/v1/cases`, { body: newCase() });
  const path = `${url}/v1/cases/${opened.body.id}`;
  await ledger.tell(sender, `${path}/set-goal`, { body: { text: 'Un toit' }, ...tagOf(opened) });
  const consent = newConsent([receiver.client.association]);
  await ledger.tell(sender, `${path}/consents`, { body: consent });
  const file = await ledger.read(sender, `${path}?waitFor=${opened.body.position}`);
  const body = newReferral(opened.body.id, file.body.persons[0].person, offer);
  const drafted = await ledger.tell(sender, `${url}/v1/referrals`, { body });
  const send = `${url}/v1/referrals/${drafted.body.id}/send`;
  return ledger.tell(sender, send, { body: shared, ...tagOf(drafted) });
}

/** A referral that nobody answers. Gives its id. */
export async function unanswered(stories: Stories, offer: string): Promise<string> {
  const sent = await refer(stories, offer);
  return sent.body.id;
}

/** A referral that gets one of the counted places, if there is one left, and gives it back if told so. */
export async function placed(
  stories: Stories,
  offer: string,
  givesBack: boolean,
): Promise<'holds' | 'gave back' | 'was refused'> {
  const { ledger, url, receiver } = stories;
  const sent = await refer(stories, offer);
  const path = `${url}/v1/referrals/${sent.body.id}`;
  const known = await ledger.tell(receiver, `${path}/acknowledge`, tagOf(sent));
  const accepted = await ledger.tell(receiver, `${path}/accept`, tagOf(known));
  const asked = revisionOf(accepted);
  const after = await eventually('the request for a place is answered', async () => {
    const read = await ledger.read(receiver, path);
    return revisionOf(read) > asked ? read : undefined;
  });
  if (after.body.state !== 'accepted') return 'was refused';
  if (!givesBack) return 'holds';
  const body = { text: 'La personne attend' };
  await ledger.tell(receiver, `${path}/unaccept`, { body, ...tagOf(after) });
  return 'gave back';
}

const tagOf = ({ headers }: Reply): { etag: string } => ({ etag: headers.get('etag') ?? '' });
const revisionOf = (reply: Reply): number => Number(tagOf(reply).etag.slice(1, -1));
