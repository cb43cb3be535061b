/** `npm run docs` writes docs/problems.md from the catalogues of problems in contracts/. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProblemCatalogue } from '@relais/contracts/problems';

const root = join(import.meta.dirname, '..');

/** In this order; a catalogue that is not named here follows under its own name. */
const titles: { readonly [name: string]: string } = {
  httpProblems: 'Every route',
  memberProblems: 'Membership',
  sharedProblems: 'Every rule of the referrals service',
  caseProblems: 'Cases',
  consentProblems: 'Consents',
  referralProblems: 'Referrals',
  handoverProblems: 'Handovers',
  mergeProblems: 'Merges',
  resourceProblems: 'Offers and places',
  sessionProblems: 'Sessions and registrations',
  directoryProblems: 'Organisations, sites and offers',
  importProblems: 'Imports',
  associationProblems: 'Associations',
  clientProblems: 'Clients',
};

/** Every exported `…Problems` of contracts/, by its name. */
async function catalogues(): Promise<Map<string, ProblemCatalogue>> {
  const folder = join(root, 'contracts');
  const files = readdirSync(folder).filter((name) => /^[a-z-]+\.ts$/.test(name));
  const modules: Record<string, unknown>[] = await Promise.all(
    files.map((name) => import(join(folder, name))),
  );
  const found = modules.flatMap((module) => Object.entries(module));
  return new Map(
    found.filter(([name]) => name.endsWith('Problems')) as [string, ProblemCatalogue][],
  );
}

/** The list of every code a service may answer, in both languages, as Markdown. */
export async function problemDocument(): Promise<string> {
  const found = await catalogues();
  const names = new Set([...Object.keys(titles), ...[...found.keys()].sort()]);
  const parts = [...names].map((name) => {
    const catalogue = found.get(name);
    if (catalogue === undefined) return '';
    return `## ${titles[name] ?? name}\n\n| code | status | titre | title |\n|---|---|---|---|\n${rows(catalogue)}`;
  });
  return `# Problems

Generated from the catalogues in \`contracts/\` by \`npm run docs\`; do not edit. What to do about them:
[partners.md](partners.md#problems). A code never changes its meaning; texts may improve.

${parts.join('\n')}`;
}

const rows = (catalogue: ProblemCatalogue): string =>
  Object.entries(catalogue)
    .toSorted(([, one], [, other]) => one.status - other.status)
    .map(([code, { status, title }]) => `| \`${code}\` | ${status} | ${title.fr} | ${title.en} |\n`)
    .join('');

if (import.meta.main) {
  writeFileSync(join(root, 'docs', 'problems.md'), await problemDocument());
}
