import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { root } from '../child-group.ts';
import { problemDocument } from '../problem-document.ts';
import { anchorsOf, linksOf, npmScriptsOf, pathsOf } from './markdown.ts';

const read = (path: string) => readFile(join(root, path), 'utf8');
const exists = (path: string) =>
  stat(join(root, path)).then(
    () => true,
    () => false,
  );

async function filesIn(folder: string, suffix: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true });
  return entries
    .filter((path) => path.endsWith(suffix) && !path.includes('node_modules'))
    .map((path) => join(folder, path));
}

const folders = ['contracts', 'docs', 'infra', 'packages', 'scripts', 'services'];
const nested = await Promise.all(folders.map((folder) => filesIn(folder, '.md')));
const top = (await readdir(root)).filter((name) => name.endsWith('.md'));
const documents = [...top, ...nested.flat()];

t.test('links lead somewhere', async (t) => {
  t.ok(documents.length > 10);
  for (const document of documents) {
    for (const link of linksOf(await read(document))) {
      t.ok(await isThere(document, link), `${document} links to ${link}`);
    }
  }
});

async function isThere(document: string, link: string): Promise<boolean> {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document : join(dirname(document), path);
  if (!(await exists(target))) return false;
  return anchor === undefined || anchorsOf(await read(target)).has(anchor);
}

t.test('files that are named exist', async (t) => {
  for (const document of documents) {
    for (const path of pathsOf(await read(document), folders)) {
      // Made on the machine of whoever runs PostgreSQL by compose.
      if (path === 'infra/postgres/password') continue;
      t.ok(await exists(path), `${document} names ${path}`);
    }
  }
});

t.test('npm scripts named in the documents exist, and each script is explained', async (t) => {
  const { scripts } = JSON.parse(await read('package.json'));
  const named = new Set<string>();
  for (const document of documents) {
    for (const name of npmScriptsOf(await read(document))) {
      named.add(name);
      t.ok(name in scripts, `${document} names npm run ${name}`);
    }
  }
  const inner = ['setup', 'prestart', 'pretest', 'prepare'];
  for (const name of Object.keys(scripts)) {
    if (!inner.includes(name)) t.ok(named.has(name), `npm run ${name} is explained somewhere`);
  }
});

t.test('the operators read of every variable that the code reads, and of no other', async (t) => {
  const isVariable = /\b(?:RELAIS|OTEL|EVENTSTORE|DATABASE|NODE)_(?:[A-Z]+_)*[A-Z]+\b/g;
  const sources = (
    await Promise.all(['packages', 'services', 'scripts'].map((part) => filesIn(part, '.ts')))
  ).flat();
  const used = new Set<string>();
  for (const source of sources.filter((path) => !/test|fixture|bench|acceptance|docs/.test(path))) {
    for (const [name] of (await read(source)).matchAll(isVariable)) used.add(name);
  }
  const table = (await read('docs/operators.md'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(isVariable)].map(([name]) => name));
  for (const name of used) t.ok(table.includes(name), `${name} is in the table`);
  for (const name of table) t.ok(used.has(name), `${name} is read somewhere`);
});

t.test('the list of problems is that of the catalogues', async (t) => {
  t.equal(await read('docs/problems.md'), await problemDocument(), 'run npm run docs');
});
