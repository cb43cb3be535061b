/** Entries as they stand in the log this very moment: what decisions rest on, never rows that may lag. */
import { organisationContract, siteContract } from '@relais/contracts/directory-events';
import { exchangeContract } from '@relais/contracts/exchanges';
import type {
  AssociationId,
  ExchangeId,
  NeedId,
  OfferId,
  OrganisationId,
  SiteId,
  SkillId,
} from '@relais/contracts/ids';
import { needContract } from '@relais/contracts/needs';
import { offerContract } from '@relais/contracts/offer-events';
import { skillContract } from '@relais/contracts/skills';
import type { Aggregate } from '@relais/event-log/aggregate';
import type { Log } from '@relais/event-log/log';
import { type EventContract, parse } from '@relais/event-log/parse';
import { exchangeAggregate } from './exchanges/decide.ts';
import { needAggregate } from './needs/decide.ts';
import { offerAggregate } from './offers/decide.ts';
import { organisationAggregate, type ParentFact } from './organisations/decide.ts';
import { siteAggregate } from './sites/decide.ts';
import { skillAggregate } from './skills/decide.ts';

async function stored<Command, State, Event extends { type: string; data: unknown }, Refusal>(
  log: Pick<Log, 'read'>,
  { category, initial, evolve }: Aggregate<Command, State, Event, Refusal>,
  contract: EventContract<Event>,
  id: string,
): Promise<State> {
  let state = initial;
  for await (const record of log.read(`${category}-${id}`)) {
    state = evolve(state, parse(contract, record));
  }
  return state;
}

export const readOffer = (log: Pick<Log, 'read'>, id: OfferId) =>
  stored(log, offerAggregate, offerContract, id);
export const readSkill = (log: Pick<Log, 'read'>, id: SkillId) =>
  stored(log, skillAggregate, skillContract, id);
export const readNeed = (log: Pick<Log, 'read'>, id: NeedId) =>
  stored(log, needAggregate, needContract, id);
export const readExchange = (log: Pick<Log, 'read'>, id: ExchangeId) =>
  stored(log, exchangeAggregate, exchangeContract, id);
export const readOrganisation = (log: Pick<Log, 'read'>, id: OrganisationId) =>
  stored(log, organisationAggregate, organisationContract, id);
export const readSite = (log: Pick<Log, 'read'>, id: SiteId) =>
  stored(log, siteAggregate, siteContract, id);

/** Whether an association is on the platform, or was. */
export async function isRegistered(
  log: Pick<Log, 'read'>,
  association: AssociationId,
): Promise<boolean> {
  for await (const _ of log.read(`association-${association}`)) return true;
  return false;
}

/** Organisations above one another: no federation has more levels. */
const levelsMax = 20;

/** Whether an organisation may stand below this parent. */
export async function parentOf(
  log: Pick<Log, 'read'>,
  organisation: OrganisationId,
  parent: OrganisationId | null,
): Promise<ParentFact> {
  let above = parent;
  for (let level = 0; above !== null; level++) {
    if (above === organisation || level === levelsMax) return 'below';
    const known = await readOrganisation(log, above);
    if (known.state === 'absent') return 'unknown';
    above = known.terms.parent;
  }
  return parent === null ? 'none' : 'known';
}
