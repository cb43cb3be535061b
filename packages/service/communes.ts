import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type FieldError, HttpProblem } from '@relais/http/problem';

type Listed = { readonly code: string; readonly anciensCodes?: readonly string[] };

let codes: Promise<ReadonlySet<string>> | undefined;

/** INSEE codes of communes and arrondissements of today, and of those that went into another; read on first use. */
export function communeCodes(): Promise<ReadonlySet<string>> {
  codes ??= readCodes().catch((error: unknown) => {
    codes = undefined;
    throw error;
  });
  return codes;
}

async function readCodes(): Promise<ReadonlySet<string>> {
  const { resolve } = createRequire(import.meta.url);
  const file = resolve('@etalab/decoupage-administratif/data/communes.json');
  const listed: readonly Listed[] = JSON.parse(await readFile(file, 'utf8'));
  return new Set(listed.flatMap(({ code, anciensCodes = [] }) => [code, ...anciensCodes]));
}

/** Throws the problem `invalid-request` for communes that France does not have, each by its field. */
export async function checkCommunes(communes: readonly string[], pointer: string): Promise<void> {
  if (communes.length === 0) return;
  const known = await communeCodes();
  const errors = communes.flatMap((code, index) =>
    known.has(code) ? [] : [{ pointer: `${pointer}/${index}`, ...noCommune }],
  );
  if (errors.length > 0) throw new HttpProblem('invalid-request', { errors });
}

export const noCommune: Omit<FieldError, 'pointer'> = {
  code: 'commune-unknown',
  detail: {
    en: 'No commune has this INSEE code, which is not the postal code: `GET /v1/communes?q=` of the resources service finds it.',
    fr: 'Aucune commune n’a ce code INSEE, qui n’est pas le code postal : `GET /v1/communes?q=` du service resources le trouve.',
  },
};
