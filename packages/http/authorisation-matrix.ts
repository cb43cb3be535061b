import { randomUUID } from 'node:crypto';
import type { Test } from 'tap';
import type { App } from './app-options.ts';
import { roles } from './fuzz.ts';
import { operationsOf } from './fuzz-operations.ts';

/** `hidden`: exactly the 404 of an id that does not exist. `allowed`: neither 401, 403 nor 404. */
export type Access = 'allowed' | 'forbidden' | 'hidden';

export type Matrix<Relation extends string> = {
  readonly app: App;
  /** A token for each relation a caller may have to the resource: owner, receiver, stranger… */
  readonly relations: { readonly [relation in Relation]: string };
  /** By `GET /v1/cases/{id}`: every operation of the document has a row. */
  readonly table: { readonly [operation: string]: { readonly [relation in Relation]: Access } };
  /** A good request to the operation: its address, body and If-Match. Called anew for each cell. */
  readonly request: (
    operation: string,
    relation: Relation,
  ) => Promise<{ readonly url: string; readonly body?: object; readonly ifMatch?: string }>;
  /** A token of this role, for the roles that an operation does not name. */
  readonly token: (role: (typeof roles)[number]) => string | Promise<string>;
};

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** Relation × route as the table says, role × route as the document says, and no route without a row. */
export function authorisationMatrix<Relation extends string>(
  t: Test,
  matrix: Matrix<Relation>,
): void {
  const { operations } = operationsOf(matrix.app);
  const restricted = operations.filter(({ isPublic }) => !isPublic);
  const send = async (
    method: string,
    token: string | undefined,
    request: Awaited<ReturnType<Matrix<Relation>['request']>>,
  ) =>
    matrix.app.inject({
      method: method as 'GET',
      url: request.url,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        'idempotency-key': `"${randomUUID()}"`,
        ...(request.ifMatch !== undefined && { 'if-match': request.ifMatch }),
      },
      ...(request.body !== undefined && { payload: request.body }),
    });

  t.test('every route that wants a token is in the matrix', async (t) => {
    const names = restricted.map(({ method, path }) => `${method} ${path}`);
    t.same(Object.keys(matrix.table).sort(), names.sort());
  });
  for (const { method, path, roles: allowed } of restricted) {
    const operation = `${method} ${path}`;
    const row = matrix.table[operation];
    if (row === undefined) continue;
    t.test(`${operation} is for those it is for`, async (t) => {
      const [first = '' as Relation] = Object.keys(row) as Relation[];
      const sample = await matrix.request(operation, first);
      t.equal((await send(method, undefined, sample)).statusCode, 401, 'no token');
      for (const role of roles.filter((one) => !allowed.includes(one))) {
        const { statusCode } = await send(method, await matrix.token(role), sample);
        t.equal(statusCode, 403, role);
      }
      for (const relation of Object.keys(row) as Relation[]) {
        const request = await matrix.request(operation, relation);
        const token = matrix.relations[relation];
        const answer = await send(method, token, request);
        switch (row[relation]) {
          case 'allowed':
            t.ok(![401, 403, 404].includes(answer.statusCode), `${relation}: ${answer.statusCode}`);
            break;
          case 'forbidden':
            t.equal(answer.statusCode, 403, relation);
            break;
          case 'hidden': {
            const nowhere = { ...request, url: request.url.replace(uuids, () => randomUUID()) };
            const missing = await send(method, token, nowhere);
            t.equal(missing.statusCode, 404, `${relation}: an id that does not exist`);
            t.equal(answer.body, missing.body, `${relation}: byte for byte the same`);
            break;
          }
        }
      }
    });
  }
}
