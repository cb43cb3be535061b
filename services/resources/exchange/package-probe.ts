/** Packages of tables, as tests make and look at them. */
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { fromBufferPromise } from 'yauzl';
import { ZipFile } from 'yazl';

export type Files = { readonly [name: string]: string | Buffer };
export const zipped = async (files: Files | readonly (readonly [string, string | Buffer])[]) => {
  const zip = new ZipFile();
  for (const [name, content] of Array.isArray(files) ? files : Object.entries(files)) {
    zip.addBuffer(Buffer.from(content), name);
  }
  zip.end();
  return buffer(zip.outputStream);
};
/** Every text in a file, as a test wants to look for it. */
export const unzipped = async (bytes: Buffer): Promise<{ [name: string]: string }> => {
  const files: { [name: string]: string } = {};
  const zip = await fromBufferPromise(bytes);
  for await (const entry of zip.eachEntry()) {
    files[entry.fileName] = (await buffer(await zip.openReadStreamPromise(entry))).toString();
  }
  return files;
};

// The profile is of an earlier draft, of which nothing is in it that this one reads otherwise.
const { $schema: _, ...profile } = JSON.parse(
  readFileSync(
    new URL('./schemas/data-package/tabular-data-package.json', import.meta.url),
    'utf8',
  ),
);
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
/** Whether a descriptor fits the published profile of Tabular Data Packages. */
export const isPackage = ajv.compile(profile);
