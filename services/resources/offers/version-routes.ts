import { type Actor, actorOf, mayManage } from '@relais/contracts/actors';
import { AssociationId, OfferId } from '@relais/contracts/ids';
import { type OfferEvent, offerContract } from '@relais/contracts/offer-events';
import { OfferVersion, OfferVersionDetail } from '@relais/contracts/offer-views';
import { isVisible } from '@relais/contracts/offer-visibility';
import { parse } from '@relais/event-log/parse';
import type { App } from '@relais/http/app-options';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { versionDetail } from './present.ts';
import { type OfferRow, offerRow } from './project.ts';
import { seenOffer } from './seen.ts';

const Revision = z.string().regex(/^(?:0|[1-9]\d{0,17})$/);
const members = ['partner', 'coordinator', 'auditor', 'administrator'] as const;

/** What an offer said before: read from its own events, oldest first. */
export function versionRoutes(app: App, desk: Pick<Desk, 'log' | 'pools'>): void {
  app.get(
    '/offers/:id/versions',
    {
      config: { access: members },
      schema: {
        summary: 'The versions of an offer, oldest first',
        params: z.strictObject({ id: OfferId }),
        querystring: z.strictObject(PageQuery),
        response: { 200: pageOf(OfferVersion) },
      },
    },
    async (request, reply) => {
      const from = after(request, z.tuple([Revision]))?.[0];
      const versions = await versionsFor(desk, request.params.id, actorOf(request.caller));
      const rest = versions.filter(({ revision }) => from === undefined || revision > BigInt(from));
      const { items, next } = page(request, reply, rest, ({ revision }) => [revision.toString()]);
      return {
        items: items.map((row) => ({
          version: row.revision.toString(),
          since: row.changed_at,
          kind: row.kind,
          title: row.title,
        })),
        next,
      };
    },
  );
  app.get(
    '/offers/:id/versions/:version',
    {
      config: { access: members },
      schema: {
        summary: 'An offer as it stood in one version',
        params: z.strictObject({ id: OfferId, version: Revision }),
        response: { 200: OfferVersionDetail },
      },
    },
    async (request) => {
      const { id, version } = request.params;
      const actor = actorOf(request.caller);
      const versions = await versionsFor(desk, id, actor);
      const row = versions.find(({ revision }) => revision === BigInt(version));
      if (row === undefined) throw new HttpProblem('not-found');
      const { visibility } = row.terms;
      const mayKnow = mayManage(actor, AssociationId.parse(row.association));
      const shown = visibility.to === 'members' && !mayKnow ? { to: 'members' } : visibility;
      return { ...versionDetail(row), visibility: shown } as OfferVersionDetail;
    },
  );
}

const isVersion = ({ type }: OfferEvent): boolean =>
  type === 'offer-published.v2' || type === 'offer-changed.v1' || type === 'offer-reclassified.v1';

/**
 * The versions that the caller may see: of an offer that is for the caller now, those that were. Throws the problem
 * `not-found`.
 */
async function versionsFor(
  desk: Pick<Desk, 'log' | 'pools'>,
  id: OfferId,
  actor: Actor,
): Promise<OfferRow[]> {
  if ((await seenOffer(desk, id, actor)) === undefined) throw new HttpProblem('not-found');
  const versions: OfferRow[] = [];
  let row: OfferRow | undefined;
  for await (const record of desk.log.read(`offer-${id}`)) {
    const event = parse(offerContract, record);
    row = offerRow(row, event, record);
    if (isVersion(event)) versions.push(row);
  }
  return versions.filter(({ association, terms }) =>
    isVisible(actor, { association: AssociationId.parse(association), terms }),
  );
}
