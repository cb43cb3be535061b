import type { AssociationId } from '@relais/contracts/ids';
import type { OfferTerms } from '@relais/contracts/offer-events';
import type { Log } from '@relais/event-log/log';
import { readOrganisation, readSite } from '../stored.ts';
import type { LinksFact } from './decide.ts';

type Links = Pick<OfferTerms, 'organisation' | 'sites'>;

/**
 * Whether terms may name the organisation and sites that they name: an organisation that the association keeps, any
 * site. What the offer names already stays as it is.
 */
export async function linksOf(
  log: Pick<Log, 'read'>,
  association: AssociationId,
  { organisation, sites }: Links,
  before: Links = { organisation: null, sites: [] },
): Promise<LinksFact> {
  if (organisation !== null && organisation !== before.organisation) {
    const named = await readOrganisation(log, organisation);
    if (named.state === 'absent' || named.association !== association) {
      return 'organisation-unknown';
    }
  }
  const others = sites.filter((site) => !before.sites.includes(site));
  const named = await Promise.all(others.map((site) => readSite(log, site)));
  return named.some(({ state }) => state === 'absent') ? 'site-unknown' : 'fine';
}
