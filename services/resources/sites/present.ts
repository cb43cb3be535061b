import type { Actor } from '@relais/contracts/actors';
import type { SiteView } from '@relais/contracts/directory-views';
import { AssociationId, OrganisationId, SiteId } from '@relais/contracts/ids';
import { allowedActions } from '../organisations/decide.ts';
import { wordsIn } from '../words.ts';
import type { SiteRow } from './project.ts';

/** A site as this reader sees it: all see the same, only what may be done differs. */
export function siteView(row: SiteRow, actor: Actor, acceptLanguage: string | undefined): SiteView {
  const { terms, source, state } = row;
  const association = AssociationId.parse(row.association);
  const hasContact = row.contact !== null;
  const original = { name: terms.name, description: terms.description };
  const { words, ...wording } = wordsIn(acceptLanguage, original, terms);
  return {
    id: SiteId.parse(row.id),
    organisation: OrganisationId.parse(row.organisation),
    ...{ association, state, revision: row.revision.toString(), source, hasContact },
    registeredAt: row.registered_at,
    changedAt: row.changed_at,
    allowedActions: allowedActions(actor, { association, state, source, hasContact }),
    ...wording,
    ...words,
    address: terms.address,
    commune: row.commune,
    coordinates: terms.coordinates,
    hours: terms.hours,
    accessibility: terms.accessibility,
  };
}
