/**
 * `npm run openapi` writes contracts/openapi/<service>.json from each service's routes; with `--check` it writes nothing
 * and fails where the committed document is not the served one, or is not a valid OpenAPI 3.1 document.
 */
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import type { App } from '@relais/http/app-options';
import { documentFaults } from './openapi-document.ts';

const services = new URL('../services/', import.meta.url);
const documents = new URL('../contracts/openapi/', import.meta.url);

/** Every service that has an app.ts, with the document its routes make. */
export async function describedServices(): Promise<{ name: string; document: object }[]> {
  const names = (await readdir(services, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const described: { name: string; document: object }[] = [];
  for (const name of names) {
    const file = new URL(`${name}/app.ts`, services);
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    if (!exists) continue;
    const { describe } = (await import(file.href)) as { describe?: () => Promise<App> };
    if (describe === undefined) throw new Error(`services/${name}/app.ts exports no describe()`);
    const app = await describe();
    described.push({ name, document: app.swagger() });
    await app.close();
  }
  return described;
}

/** The committed text of a service's document; empty when there is none. */
export const committedDocument = (name: string): Promise<string> =>
  readFile(new URL(`${name}.json`, documents), 'utf8').catch(() => '');

/** As it is committed. */
export const documentText = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;

async function main(isCheck: boolean): Promise<void> {
  const faults: string[] = [];
  await mkdir(documents, { recursive: true });
  for (const { name, document } of await describedServices()) {
    faults.push(
      ...documentFaults(document as { [name: string]: unknown }).map((f) => `${name} ${f}`),
    );
    const text = documentText(document);
    if ((await committedDocument(name)) === text) continue;
    if (isCheck) faults.push(`${name}: the committed document differs; run npm run openapi`);
    else await writeFile(new URL(`${name}.json`, documents), text);
  }
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

if (import.meta.main) await main(process.argv.includes('--check'));
