import type { ReportRow } from '@relais/contracts/import-views';
import type { Over } from './follow.ts';
import type { Service } from './service.ts';

const rowsTold = 20;

/** What became of a file: the counts, and the first lines that were refused or corrected, with field and reason. */
export async function tell(
  service: Service,
  { id, state, counts, reason }: Over,
  print: (line: string) => void,
): Promise<void> {
  if (counts === null) {
    print(
      state === 'cancelled'
        ? 'The import was called off. What it had brought already stays.'
        : `The file is refused: ${reason}. Nothing of it came in.`,
    );
    return;
  }
  const { accepted, corrected, refused, created, changed, unchanged, retired } = counts;
  print(`${accepted} accepted, ${corrected} corrected, ${refused} refused`);
  print(`${created} created, ${changed} changed, ${unchanged} unchanged, ${retired} retired`);
  for (const [outcome, all] of Object.entries({ refused, corrected })) {
    if (all === 0) continue;
    const path = `/v1/imports/${id}/report?outcome=${outcome}&limit=${rowsTold}`;
    const { items } = (await (await service.ask('GET', path)).json()) as { items: ReportRow[] };
    print(`\n${outcome}:`);
    for (const row of items) print(`  ${lineOf(row)}`);
    if (all > items.length) print(`  … and ${all - items.length} more: --report writes them all`);
  }
}

const lineOf = ({ line, kind, entry, findings }: ReportRow): string => {
  const why = findings.map(({ field, code }) => (field === '' ? code : `${field} ${code}`));
  const what = line === null && entry === '' ? 'the file' : `line ${line}  ${kind} ${entry}`;
  return `${what}  ${why.join(', ')}`;
};
