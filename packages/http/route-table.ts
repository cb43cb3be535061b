import type { RouteOptions } from 'fastify';

/** Which methods a path has, for 405 and OPTIONS: the router itself only knows whether one method and path match. */
export function routeTable(): {
  readonly add: (route: RouteOptions) => void;
  readonly methodsAt: (path: string) => readonly string[];
} {
  const routes: { readonly segments: readonly string[]; readonly method: string }[] = [];
  return {
    add(route) {
      for (const method of [route.method].flat()) {
        routes.push({ segments: route.url.split('/'), method });
      }
    },
    methodsAt(path) {
      const segments = path.split('/');
      const matches = routes.filter(
        (route) =>
          route.segments.length === segments.length &&
          route.segments.every((name, index) => name.startsWith(':') || name === segments[index]),
      );
      return [...new Set(matches.map(({ method }) => method))].sort();
    },
  };
}
