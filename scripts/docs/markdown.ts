/** Reads what the documents of this repository promise: commands that are run, links, files, npm scripts. */

/** A marked block of commands; after a command, lines `# → text` say what it prints. */
export type Commands = { readonly script: string; readonly prints: readonly string[] };

/** Every block fenced as `sh test`, as one script: later blocks use what earlier ones have set. */
export function commandsOf(text: string): Commands {
  const script = [...text.matchAll(/^```sh test\n([\s\S]*?)^```$/gm)]
    .map(([, lines = '']) => lines)
    .join('\n');
  const prints = [...script.matchAll(/^# → (.+)$/gm)].map(([, shown = '']) => shown);
  return { script, prints };
}

/** Targets of links, without addresses elsewhere. */
export const linksOf = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

/** Paths in code spans that begin with a folder of the repository. */
export const pathsOf = (text: string, folders: readonly string[]): string[] =>
  [...text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => folders.includes(path.split('/')[0] ?? ''));

/** Scripts called by `npm run …`, `npm start`, `npm test`. */
export const npmScriptsOf = (text: string): string[] => [
  ...[...text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name = '']) => name),
  ...[...text.matchAll(/npm (start|test)\b/g)].map(([, name = '']) => name),
];

/** The anchors of a document's headings, as GitHub makes them. */
export const anchorsOf = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
