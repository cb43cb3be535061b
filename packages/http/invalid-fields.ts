import type { Text } from '@relais/contracts/problems';
import { notBlank } from '@relais/contracts/values';
import type { z } from 'zod';
import { jsonPointer } from './json.ts';
import type { FieldError } from './problem.ts';

type Issue = z.core.$ZodIssue;

const errorsMax = 100;
const valuesMax = 40;

const types: { readonly [type: string]: Text } = {
  string: { en: 'a text', fr: 'un texte' },
  number: { en: 'a number', fr: 'un nombre' },
  int: { en: 'a whole number', fr: 'un nombre entier' },
  boolean: { en: 'true or false', fr: 'true ou false' },
  object: { en: 'an object', fr: 'un objet' },
  record: { en: 'an object', fr: 'un objet' },
  array: { en: 'a list', fr: 'une liste' },
  tuple: { en: 'a list', fr: 'une liste' },
  null: { en: 'null', fr: 'null' },
};
const units: { readonly [origin: string]: Text } = {
  string: { en: ' characters', fr: ' caractères' },
  array: { en: ' entries', fr: ' éléments' },
};
const required: Text = { en: 'This field is required.', fr: 'Ce champ est obligatoire.' };
const unknown: Text = { en: 'There is no such field.', fr: 'Ce champ n’existe pas.' };
const blank: Text = {
  en: 'Nothing stands in it but white space.',
  fr: 'Il n’y a que des espaces.',
};
const invalid: Text = { en: 'This value is not valid.', fr: 'Cette valeur n’est pas valide.' };

/**
 * What a schema found wrong with `data`, one entry per field, at most 100. It tells what was expected and never what
 * came: a refused value may be somebody's name. In the body fields are named by JSON Pointer, elsewhere by name.
 */
export function fieldErrors(
  issues: readonly Issue[],
  data: unknown,
  inBody: boolean,
): readonly FieldError[] {
  const name = (path: readonly PropertyKey[]) =>
    inBody ? jsonPointer(path) : path.map((key) => String(key).slice(0, 64)).join('.');
  const errors: FieldError[] = [];
  for (const issue of issues) {
    if (errors.length >= errorsMax) break;
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys.slice(0, errorsMax - errors.length)) {
        errors.push({
          pointer: name([...issue.path, key]),
          code: 'unknown-field',
          detail: unknown,
        });
      }
    } else {
      errors.push({ pointer: name(issue.path), ...explain(issue, valueAt(data, issue.path)) });
    }
  }
  return errors;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const key of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function explain(issue: Issue, value: unknown): Omit<FieldError, 'pointer'> {
  if (issue.code === 'custom') return custom(issue.params);
  if (value === undefined || (value === null && issue.path.length === 0)) {
    return { code: 'required', detail: required };
  }
  switch (issue.code) {
    case 'invalid_type': {
      const type = types[issue.expected];
      if (type === undefined) return { code: 'wrong-type', detail: invalid };
      return {
        code: 'wrong-type',
        detail: { en: `Expected ${type.en}.`, fr: `Attendu : ${type.fr}.` },
      };
    }
    case 'too_small':
      return { code: 'too-small', detail: bound(issue.origin, issue.minimum, 'least') };
    case 'too_big':
      return { code: 'too-big', detail: bound(issue.origin, issue.maximum, 'most') };
    case 'invalid_format':
      if (issue.pattern === String(notBlank)) return { code: 'wrong-format', detail: blank };
      return {
        code: 'wrong-format',
        detail: {
          en: `The format is wrong (${issue.format}).`,
          fr: `Le format n’est pas bon (${issue.format}).`,
        },
      };
    case 'invalid_value': {
      const values = issue.values.slice(0, valuesMax).map(String).join(', ');
      return {
        code: 'not-allowed',
        detail: { en: `Allowed: ${values}.`, fr: `Valeurs permises : ${values}.` },
      };
    }
    default:
      return { code: 'invalid', detail: invalid };
  }
}

const bound = (origin: string, limit: number | bigint, which: 'least' | 'most'): Text => {
  const unit = units[origin] ?? { en: '', fr: '' };
  return {
    en: `At ${which} ${limit}${unit.en}.`,
    fr: `Au ${which === 'least' ? 'moins' : 'plus'} ${limit}${unit.fr}.`,
  };
};

/** A refinement gives its own code and texts: `.refine(test, { params: { code, en, fr } })`. */
function custom(params: Record<string, unknown> | undefined): Omit<FieldError, 'pointer'> {
  const { code, en, fr } = params ?? {};
  return {
    code: typeof code === 'string' ? code : 'invalid',
    detail: typeof en === 'string' && typeof fr === 'string' ? { en, fr } : invalid,
  };
}
