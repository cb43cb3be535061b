import type { IncomingMessage } from 'node:http';
import { actorOf } from '@relais/contracts/actors';
import { ImportId } from '@relais/contracts/ids';
import { UploadView } from '@relais/contracts/import-views';
import { viewersOf } from '@relais/contracts/offer-visibility';
import type { App } from '@relais/http/app-options';
import { HttpProblem } from '@relais/http/problem';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Desk } from '../../desk.ts';
import { findImport, type ImportRow, putBytes } from './spool.ts';

const params = z.strictObject({ id: ImportId });
const importers = ['partner', 'coordinator'] as const;
/** Of draft-ietf-httpbis-resumable-upload, and of tus 1.0. */
const mediaTypes = ['application/partial-upload', 'application/offset+octet-stream'];
/** Bytes that one request brings: enough for a fast line, and soon repeated on a slow one. */
export const appendBytesMax = 16 * 1024 * 1024;
/** Bytes that are kept together, and lost together when a line breaks. */
const chunkBytes = 256 * 1024;

/**
 * The bytes of a file, in as many requests as it takes: each says at which offset it begins, and what has arrived of it
 * is kept when the line breaks. HEAD tells where to go on.
 */
export function uploadRoutes(app: App, { rows, now }: Pick<Desk, 'rows' | 'now'>): void {
  // The handler reads the bytes as they come.
  app.addContentTypeParser(mediaTypes, (_request, _bytes, done) => done(null, undefined));
  const found = async (request: FastifyRequest<{ Params: z.infer<typeof params> }>) => {
    const row = await findImport(rows, request.params.id, viewersOf(actorOf(request.caller)));
    if (row === undefined) throw new HttpProblem('not-found');
    return row;
  };
  app.get(
    '/imports/:id/content',
    {
      config: { access: importers },
      schema: {
        summary: 'How much has arrived: HEAD tells the same in Upload-Offset and Upload-Length',
        params,
        response: { 200: UploadView },
      },
    },
    async (request, reply) => {
      const view = uploadView(await found(request));
      reply.headers(uploadHeaders(view));
      return view;
    },
  );
  app.patch(
    '/imports/:id/content',
    {
      config: { access: importers },
      schema: {
        summary: 'Bytes of the file from Upload-Offset on, as application/partial-upload',
        params,
        response: { 200: UploadView },
      },
    },
    async (request, reply) => {
      const row = await found(request);
      const offset = offsetOf(request);
      const headers = uploadHeaders(uploadView(row));
      if (row.state !== 'uploading') throw new HttpProblem('upload-over', { headers });
      if (offset !== row.received) throw new HttpProblem('wrong-offset', { headers });
      const declared = Number(request.headers['content-length'] ?? 0);
      const room = Math.min(appendBytesMax, Number(row.size - row.received));
      if (declared > room) throw new HttpProblem('body-too-large');
      const append = async (start: bigint, bytes: Buffer) => {
        if (await putBytes(rows, row.id, start, bytes, now())) return;
        const headers = uploadHeaders(uploadView(await found(request)));
        throw new HttpProblem('wrong-offset', { headers });
      };
      await receive(request.raw, { offset, room }, append);
      const view = uploadView(await found(request));
      reply.headers(uploadHeaders(view));
      return view;
    },
  );
}

type Place = { readonly offset: bigint; readonly room: number };

/** Keeps what comes, a chunk at a time: what came before the line broke stays. One buffer serves all of them. */
async function receive(
  bytes: IncomingMessage,
  { offset, room }: Place,
  append: (start: bigint, bytes: Buffer) => Promise<void>,
): Promise<void> {
  const chunk = Buffer.allocUnsafeSlow(Math.min(chunkBytes, room));
  let size = 0;
  let kept = 0;
  const flush = async (): Promise<void> => {
    if (size === 0) return;
    await append(offset + BigInt(kept), chunk.subarray(0, size));
    kept += size;
    size = 0;
  };
  try {
    for await (const piece of bytes as AsyncIterable<Buffer>) {
      if (kept + size + piece.length > room) throw new HttpProblem('body-too-large');
      for (let at = 0; at < piece.length; ) {
        // Not before more comes: the last bytes make the file whole, and more of them would be too many.
        if (size === chunk.length) await flush();
        const taken = piece.copy(chunk, size, at);
        at += taken;
        size += taken;
      }
    }
  } catch (error) {
    // The line broke: what has arrived is good.
    if (!(error instanceof HttpProblem)) await flush();
    throw error;
  }
  await flush();
}

const uploadView = ({ received, size, state }: ImportRow): UploadView => ({
  offset: Number(received),
  size: Number(size),
  isComplete: state !== 'uploading' && received === size,
});

const uploadHeaders = ({ offset, size, isComplete }: UploadView): Record<string, string> => ({
  'upload-offset': `${offset}`,
  'upload-length': `${size}`,
  'upload-complete': isComplete ? '?1' : '?0',
  'upload-limit': `max-append-size=${appendBytesMax}`,
});

function offsetOf({ headers }: FastifyRequest): bigint {
  const given = headers['upload-offset'];
  const isOffset = typeof given === 'string' && /^\d{1,15}$/.test(given);
  const isPart = mediaTypes.includes(String(headers['content-type']).split(';', 1)[0] ?? '');
  const errors = [
    ...(isOffset ? [] : [wrong('Upload-Offset', 'un nombre d’octets', 'a number of bytes')]),
    ...(isPart ? [] : [wrong('Content-Type', mediaTypes.join(', '), mediaTypes.join(', '))]),
  ];
  if (errors.length > 0) throw new HttpProblem('invalid-request', { errors });
  return BigInt(given as string);
}

const wrong = (pointer: string, fr: string, en: string) => ({
  ...{ pointer, code: 'wrong-format' },
  detail: { fr: `Attendu : ${fr}.`, en: `Expected: ${en}.` },
});
