/** Stands in for personal data in refused requests: no answer may ever contain it. */
export const canary = 'canary-Zaynab-1984';

const quoted = JSON.stringify(canary);

/** Bodies that are no acceptable JSON whatever the route, with the status each must get. */
export const hostileBodies: readonly {
  readonly name: string;
  readonly body: string | Buffer;
  readonly contentType?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly status: number;
}[] = [
  { name: '__proto__', body: `{"__proto__":{"admin":${quoted}}}`, status: 400 },
  { name: 'constructor', body: `{"constructor":{"prototype":${quoted}}}`, status: 400 },
  { name: 'duplicate keys', body: `{"a":${quoted},"a":1}`, status: 400 },
  { name: 'a number beyond double', body: '{"a":1e400}', status: 400 },
  { name: 'a lone surrogate', body: `{"a":"${canary}\\ud800"}`, status: 400 },
  { name: 'U+0000', body: `{"a":"${canary}\\u0000"}`, status: 400 },
  { name: 'a byte order mark', body: `\ufeff{"a":${quoted}}`, status: 400 },
  { name: 'not UTF-8', body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), status: 400 },
  { name: '100,000 arrays', body: '['.repeat(100_000), status: 400 },
  { name: '33 objects', body: `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, status: 400 },
  { name: 'cut short', body: `{"a":${quoted}`, status: 400 },
  { name: 'nothing', body: '', status: 400 },
  { name: 'single quotes', body: `{'a':'${canary}'}`, status: 400 },
  { name: 'NaN', body: '{"a":NaN}', status: 400 },
  { name: 'a list', body: `[${quoted}]`, status: 400 },
  { name: 'a text', body: quoted, status: 400 },
  { name: 'null', body: 'null', status: 400 },
  { name: 'a megabyte', body: `"${'x'.repeat(1024 * 1024)}"`, status: 413 },
  { name: 'text/plain', body: canary, contentType: 'text/plain', status: 415 },
  { name: 'a form', body: 'a=1', contentType: 'application/x-www-form-urlencoded', status: 415 },
  { name: 'XML', body: '<a/>', contentType: 'application/xml', status: 415 },
  { name: 'latin-1', body: '{}', contentType: 'application/json; charset=latin1', status: 415 },
  { name: 'gzip', body: '{}', headers: { 'content-encoding': 'gzip' }, status: 415 },
];

/** Fields that only the service sets: a body that brings one is refused and the field named. */
export const serverOwnedFields = [
  'id',
  'state',
  'revision',
  'position',
  'actor',
  'recordedAt',
  'createdAt',
  'createdBy',
  'role',
  'clientId',
  'commandId',
  'allowedActions',
];

/** Values that no Idempotency-Key may have. Fetch and inject join two headers by a comma. */
export const hostileKeys = [
  '',
  'unquoted',
  '""',
  '"a", "b"',
  '"a";b=1',
  '42',
  `"${'k'.repeat(256)}"`,
  '"é"',
];

/** Values that no If-Match may have here. */
export const hostileTags = [
  '*',
  'W/"1"',
  '"1", "2"',
  '1',
  '"x"',
  '"-1"',
  '""',
  `"${'9'.repeat(30)}"`,
];

/** Query strings that no list takes. */
export const hostileQueries = [
  'limit=-1',
  'limit=0',
  'limit=101',
  'limit=1000000000',
  'limit=1e2',
  'limit=10&limit=20',
  `cursor=${canary}`,
  'cursor=AAAA&cursor=BBBB',
  'waitFor=-1',
  'waitFor=1&waitFor=2',
  `waitFor=${'9'.repeat(20)}`,
  `nosuchfilter=${canary}`,
  '__proto__=1',
  'constructor=1',
  'q=%00',
];

/** Authorization headers that must get 401, made of a good token. */
export function hostileAuthorizations(token: string): readonly (string | undefined)[] {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  return [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `Basic ${Buffer.from(`a:${canary}`).toString('base64')}`,
    token,
    `Bearer ${token} `,
    `Bearer ${header}.${payload}`,
    `Bearer ${header}.${payload}.`,
    `Bearer ${header}.${payload}.${signature.slice(0, 10)} ${signature.slice(10)}`,
    `Bearer ${header}.${payload}.${signature}=`,
    `Bearer ${header}.${payload}.${signature}.${signature}`,
    `Bearer ${header}.${encode({ ...claims, jti: 'another' })}.${signature}`,
    `Bearer ${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`,
    `Bearer ${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.${signature}`,
    `Bearer ${'a'.repeat(1024 * 1024)}`,
    `Bearer ${token}, Bearer ${token}`,
  ];
}

/** Request headers that change nothing for a valid request. */
export const harmlessHeaders = [
  { traceparent: '00-zz-1-01' },
  { traceparent: '00-00000000000000000000000000000000-0000000000000000-00' },
  { tracestate: 'x'.repeat(5_000) },
  { 'correlation-id': canary },
  { 'x-forwarded-for': '10.0.0.1', 'x-forwarded-host': canary, 'x-forwarded-proto': 'https' },
  { forwarded: `for=10.0.0.1;host=${canary}` },
  { 'x-http-method-override': 'DELETE' },
  { 'accept-language': 'en;q=2,,;;q=x' },
];
