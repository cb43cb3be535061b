import type { Sql } from '@relais/postgres/database';
import { type FindingCode, isRefusal } from '../described.ts';
import { type StoredReport, writeReport } from '../imports/report.ts';
import type { FileFinding } from './columns.ts';
import type { Recorded } from './records.ts';
import { tables } from './tables.ts';

/** Lines told for each column: of a table whose every line is wrong, the first ones say enough. */
const toldMax = 1_000;
/** Report rows about files come after those of what the files hold. */
const afterEntries = 5n * 10n ** 11n;

/** Reports what is said of the files of a package, and the records that name none of those that are there. */
export async function reportFiles(
  sql: Sql,
  id: string,
  { findings, nested }: Recorded,
): Promise<void> {
  const unlinked: FileFinding[] = [];
  for (const pair of nested) {
    const [parent = '', child = ''] = pair.split(' ');
    const column = tables.get(parent)?.children.find(({ table }) => table === child)?.column;
    if (column !== undefined) unlinked.push(...(await orphans(sql, id, { child, column, parent })));
  }
  for (const { name: child, references } of tables.values()) {
    for (const { column, table: parent } of references) {
      // Of a service without an organization its own line tells.
      if (child === 'service' && parent === 'organization') continue;
      unlinked.push(...(await orphans(sql, id, { child, column, parent })));
    }
  }
  unlinked.push(...(await strays(sql, id)));
  await writeReport(sql, id, [...findings, ...unlinked].map(rowOf));
}

const rowOf = ({ file, line, field, code }: FileFinding, index: number): StoredReport => ({
  ...{ seq: afterEntries + BigInt(index), line: line === null ? null : BigInt(line) },
  ...{ kind: 'entry', entry: file, organisation: null, effect: 'none' },
  outcome: isRefusal({ code }) ? 'refused' : 'corrected',
  findings: [{ field, code }],
});

type Link = { readonly child: string; readonly column: string; readonly parent: string };

/** Records that name a record of another table which is not there. */
async function orphans(sql: Sql, id: string, { child, column, parent }: Link) {
  const { rows } = await sql.query<Told>(
    `select distinct on (r.seq) r.file, r.line from exchange.record r
     where r.import = $1 and r."table" = $2 and r.record ? $3
       and ($3 <> 'link_id' or r.place like $4 || ' %') and not exists (
         select from exchange.record p
         where p.import = $1 and p."table" = $4 and p.id = left(r.record->>$3, 400))
     order by r.seq limit $5`,
    [id, child, column, parent, toldMax],
  );
  return rows.map(told(column, 'unknown-reference'));
}

/** Tables whose records mean something by themselves. */
const standing = ['organization', 'service', 'program', 'location', 'taxonomy', 'taxonomy_term'];

/** Records that are part of nothing. */
async function strays(sql: Sql, id: string) {
  const { rows } = await sql.query<Told>(
    `select file, line from exchange.record
     where import = $1 and place = any($2::text[]) order by seq limit $3`,
    [id, [...tables.keys()].filter((name) => !standing.includes(name)), toldMax],
  );
  return rows.map(told('', 'unknown-reference'));
}

type Told = { readonly file: string; readonly line: bigint };
const told =
  (field: string, code: FindingCode) =>
  ({ file, line }: Told): FileFinding => ({ file, line: Number(line), field, code });
