/**
 * All that spans and metrics may say. Whatever is not named here never leaves the process, whoever recorded it:
 * no address with its query, no body, no header, no message of an error. Ids are pseudonyms and may be told.
 */
export const allowedAttributes = [
  'http.request.method',
  'http.route',
  'http.response.status_code',
  'error.type',
  'db.system.name',
  'db.operation.name',
  'db.client.connection.pool.name',
  'db.client.connection.state',
  'messaging.batch.message_count',
  'relais.append.outcome',
  'relais.category',
  'relais.consumer',
  'relais.events',
] as const;

/** Attributes of a span or a measurement. */
export type Attributes = {
  readonly [name in (typeof allowedAttributes)[number]]?: string | number | boolean;
};

const allowed: ReadonlySet<string> = new Set(allowedAttributes);

/** What names, routes, ids and codes are made of; nobody's name or note would pass for one for long. */
const plain = /^[\w./:*{}@-]{1,200}$/;

/** Keeps what may leave the process. */
export function permitted<Value>(
  attributes: Readonly<Record<string, Value>>,
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      ([name, value]) => allowed.has(name) && (typeof value !== 'string' || plain.test(value)),
    ),
  );
}
