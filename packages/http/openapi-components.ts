type Json = { [name: string]: unknown };

/**
 * Leaves the components that some path uses. Every schema with an id that the process ever loaded would be there
 * otherwise, so that the document would change with unrelated imports.
 */
export function prune(document: Json): Json {
  const components = document.components as { schemas?: Json } | undefined;
  const schemas = components?.schemas ?? {};
  const used = new Set<string>();
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    for (const [key, child] of Object.entries(value)) {
      const name = key === '$ref' && typeof child === 'string' ? componentOf(child) : undefined;
      if (name === undefined) visit(child);
      else if (!used.has(name)) {
        used.add(name);
        visit(schemas[name]);
      }
    }
  };
  visit(document.paths);
  const kept = [...used].sort().map((name) => [name, schemas[name]]);
  return { ...document, components: { ...components, schemas: Object.fromEntries(kept) } };
}

const componentOf = (reference: string): string | undefined =>
  /^#\/components\/schemas\/(.+)$/.exec(reference)?.[1];
