import { type CustomTypesConfig, types } from 'pg';

type Parser = (text: string) => unknown;

// Object identifiers of PostgreSQL's built-in types (pg_type.dat); they never change.
const int8 = 20;
const int8Array = 1016;
const date = 1082;
const dateArray = 1182;
const timestamp = 1114;
const timestampArray = 1115;
const timestamptz = 1184;
const timestamptzArray = 1185;

const textArrayId: number = 1009;

const textArray = types.getTypeParser(textArrayId, 'text') as (text: string) => (string | null)[];
const arrayOf =
  (parse: Parser): Parser =>
  (text) =>
    textArray(text).map((item) => (item === null ? null : parse(item)));

/** `2026-11-22 02:43:54.1234+00` → `2026-11-22T02:43:54.123Z`; infinity and years beyond four digits stay text. */
export function utcTimestamp(text: string): string {
  if (text.charCodeAt(10) !== 32 || !text.endsWith('+00')) return text;
  const fraction = text.slice(20, -3).slice(0, 3).padEnd(3, '0');
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
}

const own = new Map<number, Parser>([
  [int8, BigInt],
  [int8Array, arrayOf(BigInt)],
  [date, String],
  [dateArray, textArray],
  [timestamp, String],
  [timestampArray, textArray],
  [timestamptz, utcTimestamp as Parser],
  [timestamptzArray, arrayOf(utcTimestamp as Parser)],
]);

/** How columns become values; a table of this pool alone, because the driver's own is shared by the process. */
export const rowTypes: CustomTypesConfig = {
  getTypeParser: ((id: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : own.get(id)) ??
    types.getTypeParser(id, format)) as CustomTypesConfig['getTypeParser'],
};
