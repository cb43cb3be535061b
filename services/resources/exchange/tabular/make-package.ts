import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { Whole } from '../exported.ts';
import { taxonomies, terms } from '../hsds/taxonomies.ts';
import { fullOrganizationOf, fullServiceOf, locationOf } from '../hsds/write.ts';
import { descriptorOf } from './descriptor.ts';
import { headerOf, lineOf, rowsOf } from './rows.ts';
import { type Table, tables } from './tables.ts';

/**
 * Writes HSDS's tabular package of these offers to `file`, in one pass over them: each table to a file of its own in
 * `folder` first. Whatever a row names is in the package, whatever changes meanwhile. Of organizations and places that
 * were written the identifiers are kept in memory, and nothing else.
 */
export async function makePackage(
  offers: AsyncIterable<readonly Whole[]>,
  { folder, file, now }: { readonly folder: string; readonly file: string; readonly now: Date },
): Promise<void> {
  await using writer = new TableFiles(folder);
  const written = new Set<string>();
  for (const taxonomy of taxonomies) writer.add('taxonomy', taxonomy);
  for (const term of terms) writer.add('taxonomy_term', term);
  for await (const some of offers) {
    for (const one of some) addOffer(writer, written, one);
    await writer.drained();
  }
  await writer.end();
  await zipped(writer.tables, { folder, file, now });
}

function addOffer(writer: TableFiles, written: Set<string>, one: Whole): void {
  const { organisation, sites } = one;
  const isNew = (id: string): boolean => !written.has(id) && written.add(id).has(id);
  if (isNew(organisation.id)) writer.add('organization', fullOrganizationOf(organisation, []));
  for (const site of sites.filter(({ id }) => isNew(id))) {
    const own = site.organisation === organisation.id ? { organization_id: organisation.id } : {};
    writer.add('location', { ...locationOf(site), ...own });
  }
  writer.add('service', fullServiceOf(one));
}

/** The tables of a package as files, as far as something was written to them. */
class TableFiles {
  readonly folder: string;
  readonly streams = new Map<Table, WriteStream>();

  constructor(folder: string) {
    this.folder = folder;
  }

  get tables(): Table[] {
    return [...tables.values()].filter((table) => this.streams.has(table));
  }

  add(name: string, document: object): void {
    for (const { table, row } of rowsOf(name, document as { [property: string]: unknown })) {
      this.streamOf(table).write(lineOf(table, row));
    }
  }

  streamOf(table: Table): WriteStream {
    const open = this.streams.get(table);
    if (open !== undefined) return open;
    const stream = createWriteStream(join(this.folder, table.path));
    // A full disk is told where the writer waits.
    stream.on('error', () => undefined);
    stream.write(headerOf(table));
    this.streams.set(table, stream);
    return stream;
  }

  /** Once what was written is not in memory any more. */
  async drained(): Promise<void> {
    for (const stream of this.streams.values()) {
      if (stream.errored) throw stream.errored;
      if (stream.writableNeedDrain) await once(stream, 'drain');
    }
  }

  async end(): Promise<void> {
    // A directory of nothing is a directory too.
    for (const name of ['organization', 'service']) this.streamOf(tables.get(name) as Table);
    for (const stream of this.streams.values()) await finished(stream.end());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stream of this.streams.values()) stream.destroy();
  }
}

async function zipped(
  given: readonly Table[],
  { folder, file, now }: { readonly folder: string; readonly file: string; readonly now: Date },
): Promise<void> {
  const zip = new ZipFile();
  const descriptor = JSON.stringify(descriptorOf(given, now), undefined, 1);
  zip.addBuffer(Buffer.from(descriptor), 'datapackage.json', { mtime: now });
  for (const { path } of given) zip.addFile(join(folder, path), path, { mtime: now });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}
