/** What a request for an exchange rests on, read from the log as it stands this very moment. */
import { type AssociationEvent, associationEvents } from '@relais/contracts/associations';
import {
  AssociationId,
  type ExchangeId,
  type NeedId,
  type OfferId,
  type SkillId,
} from '@relais/contracts/ids';
import { visibleTo } from '@relais/contracts/offer-visibility';
import type { Log } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { isOfRetired } from '../offers/seen.ts';
import { readExchange, readNeed, readOffer, readSkill } from '../stored.ts';
import type { Fit } from './actions.ts';

/** Whether an association works with cases: unions, parties, institutions and who left do not. */
export async function worksWithCases(log: Log, association: AssociationId): Promise<boolean> {
  let works = false;
  for await (const record of log.read(`association-${association}`)) {
    const event: AssociationEvent = parse(associationEvents, record);
    works = event.type !== 'association-left.v1' && event.data.kind === 'association';
  }
  return works;
}

/** Unions, parties and institutions give no hours, and who has left gives nothing. */
export async function ofWorking<Of extends { readonly association: string }>(
  log: Log,
  found: readonly Of[],
): Promise<Of[]> {
  const associations = [...new Set(found.map(({ association }) => association))];
  const works = await Promise.all(
    associations.map((one) => worksWithCases(log, AssociationId.parse(one))),
  );
  return found.filter(({ association }) => works[associations.indexOf(association)]);
}

/** Whether the provider has such an offer, and the requester may see it. */
export async function offerFit(
  log: Log,
  offer: OfferId | null,
  { provider, requester }: { readonly provider: AssociationId; readonly requester: AssociationId },
): Promise<Fit> {
  if (offer === null) return 'none';
  const known = await readOffer(log, offer);
  if (known.state === 'absent' || known.association !== provider) return 'unknown';
  const named = visibleTo(known);
  if (named !== null && !named.includes(requester)) return 'unknown';
  if (await isOfRetired(log, known)) return 'unknown';
  return known.state === 'open' ? 'fits' : 'closed';
}

/** Whether the provider has such a skill. */
export async function skillFit(
  log: Log,
  skill: SkillId | null,
  provider: AssociationId,
): Promise<Fit> {
  if (skill === null) return 'none';
  const known = await readSkill(log, skill);
  if (known.state === 'absent' || known.association !== provider) return 'unknown';
  return known.state === 'open' ? 'fits' : 'closed';
}

const agreed = ['agreed', 'disputed', 'done'];

/** Whether hours were asked for because of this need, and agreed. */
export async function exchangeFit(
  log: Log,
  exchange: ExchangeId | null,
  { need, requester }: { readonly need: NeedId; readonly requester: AssociationId },
): Promise<Fit> {
  if (exchange === null) return 'none';
  const known = await readExchange(log, exchange);
  if (known.state === 'absent' || known.requester !== requester || known.need !== need) {
    return 'unknown';
  }
  return agreed.includes(known.state) ? 'fits' : 'closed';
}

/** Whether it is an open need of the requester. */
export async function needFit(
  log: Log,
  need: NeedId | null,
  requester: AssociationId,
): Promise<Fit> {
  if (need === null) return 'none';
  const known = await readNeed(log, need);
  if (known.state === 'absent' || known.association !== requester) return 'unknown';
  return known.state === 'met' || known.state === 'withdrawn' ? 'closed' : 'fits';
}
