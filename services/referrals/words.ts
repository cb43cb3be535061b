import { stateLabel } from '@relais/contracts/labels';
import { reasonLabel } from '@relais/contracts/reason-codes';
import type { ReferralState } from '@relais/contracts/referrals';
import { preferredLanguage } from '@relais/http/problem';

/** How things are called for this reader: language, and the moment it reads. */
export type Words = {
  readonly language: 'fr' | 'en';
  readonly now: string;
};

/** In the language of Accept-Language. */
export const wordsFor = (
  request: { readonly headers: { readonly 'accept-language'?: string | undefined } },
  now: Date,
): Words => ({
  language: preferredLanguage(request.headers['accept-language']),
  now: now.toISOString(),
});

/** A state in the words for the person it is about. */
export const labelForPerson = (state: ReferralState, { language }: Words): string =>
  stateLabel(state, 'person', language);

/** A state in the words for the reader's side: whoever is not the receiver reads it as the sender does. */
export const labelOf = (
  state: ReferralState,
  receiver: string | null,
  association: string,
  { language }: Words,
): string => stateLabel(state, receiver === association ? 'receiver' : 'sender', language);

/** The label of a reason code, retired ones included; null for none. */
export const reasonText = (code: string | null, { language }: Words): string | null =>
  code === null ? null : reasonLabel(code, language);
