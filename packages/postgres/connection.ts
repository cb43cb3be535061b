import type { ClientConfig } from 'pg';
import type { DatabaseOptions } from './database.ts';
import { rowTypes } from './row-types.ts';

/** What each connection is opened with. Settings travel in the start-up packet: no round trip, no window without them. */
export function connectionConfig(options: DatabaseOptions): ClientConfig {
  const { statementTimeoutMs = 30_000, connectTimeoutMs = 5_000 } = options;
  const url = new URL(options.url);
  const settings: Record<string, string | number> = {
    TimeZone: 'UTC',
    DateStyle: 'ISO',
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
    ...(options.searchPath && { search_path: options.searchPath.map(quoted).join(',') }),
    ...(options.synchronousCommit === false && { synchronous_commit: 'off' }),
  };
  const fromUrl = url.searchParams.get('options');
  // The driver lets the URL win over the configuration; both are wanted.
  url.searchParams.delete('options');
  return {
    connectionString: url.href,
    options: [fromUrl, ...Object.entries(settings).map(setting)].filter(Boolean).join(' '),
    application_name: options.applicationName ?? 'relais',
    connectionTimeoutMillis: connectTimeoutMs,
    ...(statementTimeoutMs > 0 && { query_timeout: statementTimeoutMs + 5_000 }),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: rowTypes,
    // What is sent without waiting for the answer before goes out at once; nobody else uses the connection meanwhile.
    pipeline: true,
  };
}

const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;
const setting = ([name, value]: [string, string | number]): string =>
  `-c ${name}=${String(value).replace(/[\\\s]/g, '\\$&')}`;
