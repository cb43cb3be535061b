import { actorOf, mayManage } from '@relais/contracts/actors';
import { ContactReading } from '@relais/contracts/contact-views';
import { ContactPoint } from '@relais/contracts/directory';
import { AssociationId, OfferId } from '@relais/contracts/ids';
import type { App } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { seenRow } from '../offers/seen.ts';
import { openRecorded } from '../sealed-text.ts';
import { type ContactOwner, contactLevel, contactOf, listReadings } from './query.ts';

const members = ['partner', 'coordinator', 'auditor', 'administrator'] as const;
const keepers = ['partner', 'coordinator'] as const;
const params = z.strictObject({ id: z.uuid() });
const ByTime = z.tuple([z.iso.datetime(), z.uuid()]);

const kinds: { readonly [of in ContactOwner]: { readonly path: string; readonly other: string } } =
  {
    offer: { path: '/offers', other: 'not-your-offer' },
    organisation: { path: '/organisations', other: 'not-your-entry' },
    site: { path: '/sites', other: 'not-your-entry' },
  };

/** Whom to call or write to: shown to a member who asks, after the log knows of it; who asked is for the keeper. */
export function contactRoutes(app: App, desk: Desk): void {
  for (const owner of ['organisation', 'site', 'offer'] as const) {
    showing(app, desk, owner);
    readings(app, desk, owner);
  }
}

function showing(app: App, desk: Desk, of: ContactOwner): void {
  app.get(
    `${kinds[of].path}/:id/contact`,
    {
      config: { access: members },
      schema: {
        summary: `Whom to ask about an ${of}`.replace('an site', 'a site'),
        description: 'That it was read is recorded before it is answered.',
        params,
        response: { 200: ContactPoint },
      },
    },
    async ({ params: { id }, caller, correlationId }) => {
      const entry = await find(desk, of, id, caller);
      const reading = { caller, correlationId, of, id, level: contactLevel };
      const [contact] = await openRecorded(desk, reading, [entry.contact]);
      if (contact == null) throw new HttpProblem('not-found');
      return ContactPoint.parse(contact);
    },
  );
}

function readings(app: App, desk: Desk, of: ContactOwner): void {
  app.get(
    `${kinds[of].path}/:id/contact/readings`,
    {
      config: { access: keepers },
      schema: {
        summary: 'Who asked for the contact, latest first',
        params,
        querystring: z.strictObject(PageQuery),
        response: { 200: pageOf(ContactReading) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const entry = await find(desk, of, id, request.caller);
      if (!mayManage(actorOf(request.caller), AssociationId.parse(entry.association))) {
        throw new HttpProblem(kinds[of].other);
      }
      const from = after(request, ByTime);
      const rows = await listReadings(desk.rows, of, id, from, request.query.limit + 1);
      const { items, next } = page(request, reply, rows, (row) => [row.read_at, row.id]);
      return {
        items: items.map(({ association, client, read_at }) => ({
          ...{ association: AssociationId.parse(association), client, readAt: read_at },
        })),
        next,
      };
    },
  );
}

/** Throws the problem `not-found` for an entry that does not exist or is not for the caller. */
async function find(desk: Desk, of: ContactOwner, id: string, caller: Caller) {
  const actor = actorOf(caller);
  const read = (isConcerned: boolean) => contactOf(desk.rows, of, id, actor, isConcerned);
  const entry = await (of === 'offer'
    ? seenRow(desk, OfferId.parse(id), actor, read)
    : read(false));
  if (entry === undefined) throw new HttpProblem('not-found');
  return entry;
}
