import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ImportView } from '@relais/contracts/import-views';
import type { Announcement } from './options.ts';
import type { Progress } from './progress.ts';
import { Refused, type Service } from './service.ts';

/** So much that a slow line brings it in a quarter of a minute, which is all the time a request has. */
const partBytes = 1024 * 1024;

const isUnfinished = ({ state }: ImportView): boolean =>
  state === 'uploading' || state === 'uploaded' || state === 'applying';

/** The unfinished import of the same file, announced in the same way, or a new one. */
export async function findOrAnnounce(
  service: Service,
  announced: Announcement,
): Promise<{ readonly id: string; readonly isResumed: boolean }> {
  const path = `/v1/imports?limit=100&sha256=${announced.sha256}`;
  const { items } = (await (await service.ask('GET', path)).json()) as { items: ImportView[] };
  const terms = Object.keys(announced) as (keyof Announcement)[];
  const found = items.find(
    (one) =>
      isUnfinished(one) && terms.every((name) => isDeepStrictEqual(one[name], announced[name])),
  );
  if (found !== undefined) return { id: found.id, isResumed: true };
  const made = await service.ask('POST', '/v1/imports', {
    headers: { 'content-type': 'application/json', 'idempotency-key': `"${randomUUID()}"` },
    body: JSON.stringify(announced),
  });
  const { id } = (await made.json()) as { id: string };
  return { id, isResumed: false };
}

type Sent = { readonly id: string; readonly file: string; readonly size: number };

/** Brings what is missing of the file, part by part, wherever the service says that it begins. */
export async function upload(
  service: Service,
  { id, file, size }: Sent,
  progress: Progress,
): Promise<void> {
  const path = `/v1/imports/${id}/content`;
  const handle = await open(file);
  try {
    let { offset } = (await (await service.ask('GET', path)).json()) as { offset: number };
    progress.show('sending', offset, size);
    while (offset < size) {
      const { buffer, bytesRead } = await handle.read(
        Buffer.alloc(partBytes),
        0,
        partBytes,
        offset,
      );
      if (bytesRead === 0) throw new Error(`${file} has become shorter meanwhile`);
      const next = await put(service, path, offset, buffer.subarray(0, bytesRead));
      if (next === undefined) break;
      offset = next;
      progress.show('sending', offset, size);
    }
  } finally {
    await handle.close();
  }
  progress.end();
}

/** Where to go on; undefined when no more is taken. */
async function put(
  service: Service,
  path: string,
  offset: number,
  body: Uint8Array<ArrayBuffer>,
): Promise<number | undefined> {
  try {
    const answer = await service.ask('PATCH', path, {
      headers: { 'content-type': 'application/partial-upload', 'upload-offset': `${offset}` },
      body,
    });
    return Number(answer.headers.get('upload-offset'));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // Of a request whose answer was lost, some had arrived.
    if (error.code === 'wrong-offset') return Number(error.headers.get('upload-offset'));
    if (error.code === 'upload-over') return undefined;
    throw error;
  }
}
