import { organisationContract, siteContract } from '@relais/contracts/directory-events';
import { offerContract } from '@relais/contracts/offer-events';
import type { Sealed } from '@relais/contracts/sealed';
import type { Recorded } from '@relais/event-log/log';
import { type EventContract, parse } from '@relais/event-log/parse';
import type { Desk } from '../desk.ts';

/** Names the checkpoint. */
export const contactsReaction = 'resources-contacts';
export const contactsReactionPrefixes = ['offer-', 'organisation-', 'site-'];

type Kept = { readonly type: string; readonly data: { readonly contact?: Sealed | null } };

/**
 * A contact that is replaced, taken away or given up with its entry is destroyed: its key is, so that it opens no more,
 * here, in copies and in the log. Destroying twice is harmless.
 */
export async function forgetContacts(
  { log, vault }: Pick<Desk, 'log' | 'vault'>,
  record: Recorded,
): Promise<void> {
  if (!endsContact(parse(contractOf(record), record))) return;
  const { stream, revision } = record;
  for await (const before of log.read(stream, { max: Number(revision) })) {
    const { contact } = parse(contractOf(before), before).data;
    if (contact != null) await vault.forget(contact.person);
  }
}

const endsContact = ({ type, data }: Kept): boolean =>
  data.contact !== undefined || /-(?:contact-forgotten|retired|withdrawn)\.v\d+$/.test(type);

function contractOf({ stream }: Pick<Recorded, 'stream'>): EventContract<Kept> {
  if (stream.startsWith('offer-')) return offerContract as EventContract<Kept>;
  const isSite = stream.startsWith('site-');
  return (isSite ? siteContract : organisationContract) as EventContract<Kept>;
}
