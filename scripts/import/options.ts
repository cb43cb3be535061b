import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StartImport } from '@relais/contracts/imports';

export const usage = `npm run import -- <file> --source NAME --as ORGANISATION [options]

  --source NAME        of the source: the next file of the same name replaces what this one brings
  --format FORMAT      data-inclusion, hsds, hsds-tabular or csv (default: csv for a file of that ending)
  --mapping FILE       for a table: JSON, field to column
  --encoding NAME      of a table: utf-8 (default), windows-1252 or utf-16le
  --visibility WHO     public or network (default): who finds what it brings
  --licence TEXT       under which the source publishes
  --part               the file is not all that the source has: nothing is retired
  --may-retire-most    it may lack more than half of what the source had: else nothing is retired then
  --report FILE        writes a row for every line: .csv or .ndjson

Whose software it is, on the platform of --data-dir (default: .data):
  --as ORGANISATION    as .data/platform.json calls it
  --role ROLE          partner (default) or coordinator
or on another platform:
  --url ADDRESS        of its resources service
  --issuer ADDRESS     that gives tokens
  --client ID          of this software
  --key FILE           with its private key (JWK)

Exit code: 0 all came in, 3 something was refused, 1 it could not be done, 2 it was asked for wrongly.
`;

const text = { type: 'string' } as const;
export const optionsOf = {
  ...{ source: text, format: text, mapping: text, encoding: text, visibility: text },
  ...{ licence: text, report: text, as: text, url: text, issuer: text, client: text, key: text },
  role: { type: 'string', default: 'partner' },
  'data-dir': { type: 'string', default: '.data' },
  part: { type: 'boolean', default: false },
  'may-retire-most': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
export type Options = {
  readonly [name in keyof typeof optionsOf]?: string | boolean | undefined;
};

/** The message says what is wrong with the command line. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export type Announcement = StartImport & { readonly sha256: string };

/** What `POST /v1/imports` is told of a file. Throws WrongUsage with all that is wrong. */
export async function announcementOf(
  positionals: readonly string[],
  options: Options,
): Promise<{ readonly file: string; readonly announced: Announcement }> {
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new WrongUsage('One file is brought at a time.');
  if (options.source === undefined) throw new WrongUsage('--source is missing.');
  const { report } = options;
  if (report !== undefined && !/\.(?:csv|ndjson)$/.test(String(report))) {
    throw new WrongUsage('--report: a file that ends in .csv or .ndjson.');
  }
  if (report !== undefined) await checkFolder(dirname(String(report)));
  const format = options.format ?? (/\.csv$/i.test(file) ? 'csv' : undefined);
  if (format === undefined) throw new WrongUsage('--format is missing.');
  const { size, sha256 } = await summed(file);
  const { source, licence, visibility, encoding, mapping, part } = options;
  const given = StartImport.safeParse({
    ...{ format, source, size, sha256, isComplete: part !== true },
    mayRetireMost: options['may-retire-most'] === true,
    ...Object.fromEntries(
      Object.entries({ licence, visibility, encoding }).filter(([, value]) => value !== undefined),
    ),
    ...(mapping !== undefined && { mapping: await readMapping(String(mapping)) }),
  });
  if (given.success) return { file, announced: { ...given.data, sha256 } };
  const wrong = given.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`);
  throw new WrongUsage(wrong.join('\n'));
}

/** Nobody wants to hear after an hour that there is nowhere to write to. */
async function checkFolder(folder: string): Promise<void> {
  await access(folder, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw new WrongUsage(`--report: ${folder} cannot be written to: ${error.code}`);
  });
}

async function summed(file: string): Promise<{ size: number; sha256: string }> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new WrongUsage(`${file} cannot be read: ${error.code}`);
  });
  const { size } = found;
  if (!found.isFile()) throw new WrongUsage(`${file} is no file`);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return { size, sha256: hash.digest('hex') };
}

async function readMapping(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new WrongUsage(`--mapping: ${file} is no JSON file that can be read`, { cause: error });
  }
}
