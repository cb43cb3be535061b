import { randomUUID } from 'node:crypto';
import type { Test } from 'tap';
import type { App } from './app-options.ts';
import { roles } from './fuzz.ts';
import { operationsOf } from './fuzz-operations.ts';

/**
 * `hidden`: exactly the 404 of an id that does not exist, whatever If-Match says. `allowed`: neither 401, 403 nor 404.
 * `done`: 2xx.
 */
export type Access = 'allowed' | 'done' | 'forbidden' | 'hidden';

type Answer = {
  readonly statusCode: number;
  readonly headers: { readonly [name: string]: unknown };
  readonly body: string;
};
type MatrixRequest = { readonly url: string; readonly body?: object; readonly ifMatch?: string };

export type Matrix<Relation extends string> = {
  readonly app: App;
  /** A token for each relation a caller may have to the resource: owner, receiver, stranger… */
  readonly relations: { readonly [relation in Relation]: string };
  /** By `GET /v1/cases/{id}`: every operation that wants a token has a row, and others where the address decides. */
  readonly table: { readonly [operation: string]: { readonly [relation in Relation]: Access } };
  /** A good request to the operation: its address, body and If-Match. Called anew for each relation. */
  readonly request: (operation: string, relation: Relation) => Promise<MatrixRequest>;
  /** A token of this role, for the roles that an operation does not name. */
  readonly token: (role: (typeof roles)[number]) => string | Promise<string>;
  /** Must get 401 everywhere, as no token does: one that has expired, say. */
  readonly refusedTokens?: readonly string[];
};

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** Relation × route as the table says, role × route as the document says, and no route without a row. */
export function authorisationMatrix<Relation extends string>(
  t: Test,
  matrix: Matrix<Relation>,
): void {
  const { operations } = operationsOf(matrix.app);
  const send = async (method: string, token: string | undefined, request: MatrixRequest) =>
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
    const expected = operations
      .map((one) => ({ ...one, name: `${one.method} ${one.path}` }))
      .filter(({ isPublic, name }) => !isPublic || Object.hasOwn(matrix.table, name));
    t.same(Object.keys(matrix.table).sort(), expected.map(({ name }) => name).sort());
  });
  for (const { method, path, roles: allowed, isPublic } of operations) {
    const operation = `${method} ${path}`;
    const row = matrix.table[operation];
    if (row === undefined) continue;
    t.test(`${operation} is for those it is for`, async (t) => {
      const [first = '' as Relation] = Object.keys(row) as Relation[];
      const sample = await matrix.request(operation, first);
      if (!isPublic) {
        const refused = roles.filter((one) => !allowed.includes(one));
        await checkDoor(t, matrix, refused, (token) => send(method, token, sample));
      }
      for (const relation of Object.keys(row) as Relation[]) {
        // What was refused so far changed nothing.
        const request = relation === first ? sample : await matrix.request(operation, relation);
        const token = isPublic ? undefined : matrix.relations[relation];
        const ask = (one: MatrixRequest) => send(method, token, one);
        await checkCell(t, `${relation}`, row[relation], request, ask);
      }
    });
  }
}

/** No token, or a refused one, and the roles that an operation is not for. */
async function checkDoor<Relation extends string>(
  t: Test,
  { refusedTokens = [], token }: Matrix<Relation>,
  refused: readonly (typeof roles)[number][],
  ask: (token: string | undefined) => Promise<Answer>,
): Promise<void> {
  for (const one of [undefined, ...refusedTokens]) {
    t.equal((await ask(one)).statusCode, 401, 'no token, or a refused one');
  }
  for (const role of refused) t.equal((await ask(await token(role))).statusCode, 403, role);
}

async function checkCell(
  t: Test,
  relation: string,
  access: Access,
  request: MatrixRequest,
  ask: (request: MatrixRequest) => Promise<Answer>,
): Promise<void> {
  const answer = await ask(request);
  const { statusCode } = answer;
  switch (access) {
    case 'allowed':
      t.ok(![401, 403, 404].includes(statusCode), `${relation}: ${statusCode}`);
      break;
    case 'done':
      t.ok(statusCode < 300, `${relation}: ${statusCode} ${answer.body}`);
      break;
    case 'forbidden':
      t.equal(statusCode, 403, `${relation}: ${answer.body}`);
      break;
    case 'hidden': {
      const missing = await ask(elsewhere(request));
      t.equal(missing.statusCode, 404, `${relation}: an id that does not exist`);
      const stale = request.ifMatch === undefined ? [] : ['"999"'];
      for (const ifMatch of [request.ifMatch, ...stale]) {
        const hidden = await ask(ifMatch === undefined ? request : { ...request, ifMatch });
        t.equal(hidden.body, missing.body, `${relation}: byte for byte the same`);
        t.same(telling(hidden.headers), telling(missing.headers), relation);
      }
    }
  }
}

/** The same request about nothing that exists, in the address and, where that names none, in the body. */
function elsewhere(request: MatrixRequest): MatrixRequest {
  const other = (text: string) => text.replace(uuids, () => randomUUID());
  const url = other(request.url);
  const body = url === request.url && request.body !== undefined;
  return body
    ? { ...request, body: JSON.parse(other(JSON.stringify(request.body))) }
    : { ...request, url };
}

/** The headers that could give something away. */
function telling(headers: { readonly [name: string]: unknown }): object {
  const { date: _, ratelimit: __, 'correlation-id': ___, ...others } = headers;
  return others;
}
