import type { Actor } from '@relais/contracts/actors';
import type { OrganisationView } from '@relais/contracts/directory-views';
import { AssociationId, OrganisationId, type SiteId } from '@relais/contracts/ids';
import type { Presented } from '@relais/http/outcome';
import type { Site } from '../sites/decide.ts';
import { wordsIn } from '../words.ts';
import { allowedActions, type Organisation } from './decide.ts';
import type { OrganisationRow } from './project.ts';

/** An organisation as this reader sees it: all see the same, only what may be done differs. */
export function organisationView(
  row: OrganisationRow,
  actor: Actor,
  acceptLanguage: string | undefined,
): OrganisationView {
  const { terms, source, state } = row;
  const association = AssociationId.parse(row.association);
  const hasContact = row.contact !== null;
  const original = { name: terms.name, description: terms.description };
  const { words, ...wording } = wordsIn(acceptLanguage, original, terms);
  return {
    id: OrganisationId.parse(row.id),
    ...{ association, state, revision: row.revision.toString(), source, hasContact },
    registeredAt: row.registered_at,
    changedAt: row.changed_at,
    allowedActions: allowedActions(actor, { association, state, source, hasContact }),
    ...wording,
    ...words,
    shortName: terms.shortName,
    kind: terms.kind,
    website: terms.website,
    siret: terms.siret,
    networks: [...terms.networks],
    member: terms.member,
    parent: terms.parent,
  };
}

/** What a command on an entry of the directory answers with: an organisation, or a site of one. */
export const presentEntry = (
  id: OrganisationId | SiteId,
  entry: Organisation | Site,
  actor: Actor,
): Presented => ({
  id,
  state: entry.state,
  allowedActions: entry.state === 'absent' ? [] : allowedActions(actor, entry),
  deadlines: {},
});
