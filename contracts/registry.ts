/** Every kind of stream of the platform and its contract: what the schema check, replay and verification walk. */
import { accessContract } from './access.ts';
import { associationEvents } from './associations.ts';
import { calendarFeedContract } from './calendar-feeds.ts';
import { caseContract } from './case-events.ts';
import { consentContract } from './consents.ts';
import { organisationContract, siteContract } from './directory-events.ts';
import type { EventContract } from './event-contract.ts';
import { exchangeContract } from './exchanges.ts';
import { handoverContract } from './handovers.ts';
import { clientEvents } from './identity.ts';
import { importContract } from './imports.ts';
import { mergeContract } from './merges.ts';
import { needContract } from './needs.ts';
import { offerContract } from './offer-events.ts';
import { placePoolContract } from './places.ts';
import { publicationContract } from './publications.ts';
import { questionContract } from './questions.ts';
import { referralContract } from './referral-events.ts';
import { seriesContract, sessionContract } from './session-events.ts';
import { skillContract } from './skills.ts';
import { stayContract } from './stays.ts';
import { waitingListContract } from './waiting-lists.ts';

type AnyContract = EventContract<{ type: string; data: unknown }>;

/** By stream category: streams are named `<category>-<uuid>`. */
export const contracts: { readonly [category: string]: AnyContract } = {
  access: accessContract,
  association: associationEvents,
  'calendar-feed': calendarFeedContract,
  case: caseContract,
  client: clientEvents,
  consent: consentContract,
  exchange: exchangeContract,
  handover: handoverContract,
  import: importContract,
  merge: mergeContract,
  offer: offerContract,
  organisation: organisationContract,
  need: needContract,
  'place-pool': placePoolContract,
  publication: publicationContract,
  question: questionContract,
  referral: referralContract,
  series: seriesContract,
  session: sessionContract,
  site: siteContract,
  stay: stayContract,
  'waiting-list': waitingListContract,
  skill: skillContract,
};
