import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type JWTHeaderParameters, SignJWT } from 'jose';
import t from 'tap';
import type { Caller } from './caller.ts';
import { isCompactToken } from './compact-token.ts';
import { HttpProblem } from './problem.ts';
import type { Standing } from './rights.ts';
import { testIssuer } from './test-tokens.ts';
import { remoteKeys, tokenAuthentication } from './token.ts';

const issuer = await testIssuer();
const association = randomUUID();
const audience = 'urn:relais:boxes';
let standing: Standing = 'good';
let clockMs = Date.now();
const options = {
  issuer: issuer.issuer,
  audience,
  keys: issuer.keys,
  rights: { standing: () => standing },
  now: () => new Date(clockMs),
};
const authenticate = tokenAuthentication(options);
const request = { service: 'boxes', role: 'partner', association } as const;
const token = (claims: object = {}) => issuer.token({ ...request, claims: { ...claims } });
const admitted = async (bearer: string): Promise<Caller> => authenticate(`Bearer ${bearer}`);

async function code(attempt: () => Promise<unknown> | unknown): Promise<string> {
  try {
    await attempt();
    return 'admitted';
  } catch (error) {
    return error instanceof HttpProblem ? error.code : String(error);
  }
}
const signed = async (header: object, claims: object = {}): Promise<string> => {
  const payload = JSON.parse(
    Buffer.from((await token(claims)).split('.')[1] ?? '', 'base64url').toString(),
  );
  return new SignJWT(payload)
    .setProtectedHeader({
      alg: 'ES256',
      typ: 'at+jwt',
      kid: 'test',
      ...header,
    } as JWTHeaderParameters)
    .sign(issuer.privateKey, { crit: { exp: true } });
};

t.test('a good token says who asks', async (t) => {
  const found = await admitted(await token());
  t.strictSame(found, {
    clientId: association,
    subject: association,
    association,
    role: 'partner',
    remit: [],
  });
  const other = randomUUID();
  const coordinator = await issuer.token({ ...request, role: 'coordinator', remit: [other] });
  t.strictSame((await admitted(coordinator)).remit, [other]);
});

t.test('claims that are not exactly right are refused', async (t) => {
  const now = Math.floor(clockMs / 1000);
  const wrong: { [name: string]: object } = {
    'another issuer': { iss: 'https://elsewhere.test' },
    'another service': { aud: 'urn:relais:audit' },
    'several audiences': { aud: [audience, 'urn:relais:audit'] },
    'a list of one audience': { aud: [audience] },
    'a fraction in exp': { exp: now + 30.5 },
    'exp as text': { exp: String(now + 30) },
    'no exp': { exp: undefined },
    'no iat': { iat: undefined },
    'no jti': { jti: undefined },
    'valid for longer than five minutes': { iat: now, exp: now + 301 },
    'issued in the future': { iat: now + 60, exp: now + 90 },
    'not valid yet': { nbf: now + 60 },
    'a role that is none': { role: 'king' },
    'no role': { role: undefined },
    'an association that is none': { association: 'a' },
    'a client with a line break': { client_id: 'a\nb' },
    'a remit that is no list': { role: 'coordinator', remit: association },
  };
  for (const [name, claims] of Object.entries(wrong)) {
    t.equal(await code(async () => admitted(await token(claims))), 'token-invalid', name);
  }
  const old = await token({ iat: now - 100, exp: now - 10 });
  t.equal(await code(() => admitted(old)), 'token-expired');
});

t.test('headers that would choose the key or the algorithm are refused', async (t) => {
  const jwk = issuer.jwks.keys[0] as object;
  const headers: { [name: string]: object } = {
    jku: { jku: 'https://attacker.test/keys' },
    x5u: { x5u: 'https://attacker.test/cert' },
    x5c: { x5c: ['MIIB'] },
    jwk: { jwk },
    'an unknown crit': { crit: ['exp'], exp: 1 },
    'another typ': { typ: 'JWT' },
    'no typ': { typ: undefined },
    'an unknown kid': { kid: '../../etc/passwd' },
    'no kid': { kid: undefined },
  };
  for (const [name, header] of Object.entries(headers)) {
    t.equal(await code(async () => admitted(await signed(header))), 'token-invalid', name);
  }
  t.equal(await code(async () => admitted(await signed({}))), 'admitted', 'none of them');
  const [, payload] = (await token()).split('.');
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const none = `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`;
  t.equal(await code(() => admitted(none)), 'token-invalid', 'alg none');
  const start = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: 'test' })}.${payload}`;
  const secret = JSON.stringify(jwk);
  const mac = createHmac('sha256', secret).update(start).digest('base64url');
  t.equal(await code(() => admitted(`${start}.${mac}`)), 'token-invalid', 'HS256, public key');
});

t.test('a token has one spelling', async (t) => {
  const good = await token();
  const [header, payload, signature = ''] = good.split('.');
  t.ok(isCompactToken(good));
  const last = signature.at(-1) ?? '';
  const spare = String.fromCharCode(last.charCodeAt(0) + 1);
  const spellings = [
    `${header}.${payload}.${signature.slice(0, 9)} ${signature.slice(9)}`,
    `${header}.${payload}.${signature.slice(0, 9)}\n${signature.slice(9)}`,
    `${header}.${payload}.${signature}=`,
    `${header}.${payload}.${signature.slice(0, -1)}${spare}`,
    `${good}.`,
    `${good}.${signature}`,
    `${header}.${payload}.${'A'.repeat(1024 * 1024)}`,
  ];
  for (const spelling of spellings) {
    t.notOk(isCompactToken(spelling));
    t.equal(await code(() => admitted(spelling)), 'token-invalid');
  }
});

t.test('a token seen before is asked again for its time and its rights', async (t) => {
  const good = await token();
  await admitted(good);
  t.notOk(authenticate(`Bearer ${good}`) instanceof Promise, 'it is known');
  standing = 'withdrawn';
  t.equal(await code(() => admitted(good)), 'client-disabled');
  standing = 'unknown-yet';
  t.equal(await code(() => admitted(good)), 'not-ready');
  standing = 'good';
  clockMs += 120_000;
  t.equal(await code(() => admitted(good)), 'token-expired');
  clockMs -= 120_000;
});

t.test('an issuer that is down is not the fault of the caller', async (t) => {
  let answer: { status: number; body: string } | undefined = { status: 500, body: '' };
  const server = createServer((_request, response) => {
    if (answer === undefined) response.destroy();
    else response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`);
  const remote = tokenAuthentication({ ...options, keys: remoteKeys(url) });
  const good = await token();
  const ask = () => code(() => remote(`Bearer ${good}`));
  t.equal(await ask(), 'unavailable');
  answer = undefined;
  t.equal(await ask(), 'unavailable', 'the connection is cut');
  answer = { status: 200, body: 'no JSON' };
  t.equal(await ask(), 'unavailable', 'it answers nonsense');
  answer = { status: 200, body: JSON.stringify(issuer.jwks) };
  t.equal(await ask(), 'admitted', 'it is back');
});
