import { Readable } from 'node:stream';
import type { App } from '@relais/http/app-options';
import { z } from 'zod';
import type { Desk } from '../../desk.ts';
import { makePackage } from '../tabular/make-package.ts';
import { HsdsDocument } from './hsds-page.ts';
import { Shelf } from './shelf.ts';
import { dataInclusionExport, hsdsExport, offers } from './whole.ts';

const json = 'application/json; charset=utf-8';

const zip = 'application/zip';

/** All that is for everybody, as one document of a published format. Written as it is read: its size is no matter. */
export function exportRoutes(app: App, { rows, now }: Pick<Desk, 'rows' | 'now'>): void {
  app.get(
    '/exports/data-inclusion',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Structures and services as data·inclusion (schema v1) has them, quality included',
        response: {
          200: z.object({
            structures: z.array(z.looseObject({ id: z.string() })),
            services: z.array(z.looseObject({ id: z.string(), score_qualite: z.number() })),
          }),
        },
      },
    },
    async (_request, reply) => {
      reply.type(json);
      return Readable.from(dataInclusionExport(rows, now())) as never;
    },
  );
  app.get(
    '/exports/hsds',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Organizations and services as HSDS 3.0 has them',
        response: {
          200: z.object({
            organizations: z.array(HsdsDocument),
            services: z.array(HsdsDocument),
          }),
        },
      },
    },
    async (_request, reply) => {
      reply.type(json);
      return Readable.from(hsdsExport(rows)) as never;
    },
  );
  tabularExport(app, { rows, now });
}

/** Tables cannot be written side by side into one zip: it is made first, and given out then. */
function tabularExport(app: App, { rows, now }: Pick<Desk, 'rows' | 'now'>): void {
  const shelf = new Shelf((place) => makePackage(offers(rows), { ...place, now: now() }));
  app.addHook('onClose', () => shelf.close());
  app.get(
    '/exports/hsds-tabular',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Organizations and services as HSDS 3.0 has them in tables: a zip of CSV files',
        response: { 200: { content: { [zip]: { schema: z.file() } } } },
      },
    },
    async (_request, reply) => {
      const { bytes, size } = await shelf.read();
      reply.type(zip).header('content-length', size);
      reply.header('content-disposition', 'attachment; filename="hsds.zip"');
      return bytes as never;
    },
  );
}
