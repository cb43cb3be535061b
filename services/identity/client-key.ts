import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PublicKey } from '@relais/contracts/identity';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

export type ClientKey = { readonly privateKey: JWK; readonly publicKey: PublicKey };

/**
 * The private key in this file (JWK, readable by its owner alone), made at the first call. The public part is what a
 * client registers. For development and for the first administrator: other clients make their keys themselves.
 */
export async function obtainClientKey(file: string): Promise<ClientKey> {
  return (await readKey(file)) ?? (await makeKey(file));
}

async function readKey(file: string): Promise<ClientKey | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const privateKey: JWK = JSON.parse(text);
  return { privateKey, publicKey: publicPart(privateKey) };
}

async function makeKey(file: string): Promise<ClientKey> {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(pair.privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  const privateKey: JWK = { ...jwk, kid, alg: 'ES256', use: 'sig' };
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Written aside and linked: another process never reads half a key, and of two that make one only one wins.
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(aside, `${JSON.stringify(privateKey)}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const winner = await readKey(file);
    if (winner === undefined) throw error;
    return winner;
  } finally {
    await unlink(aside);
  }
  return { privateKey, publicKey: publicPart(privateKey) };
}

function publicPart(privateKey: JWK): PublicKey {
  const { d: _, ...rest } = privateKey;
  return PublicKey.parse(rest);
}
