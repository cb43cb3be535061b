import { readConfig } from '@relais/http/environment';
import { ServiceConfig } from '@relais/service/config';
import { z } from 'zod';

/** What the local commands need. */
const Storage = ServiceConfig.pick({
  DATABASE_URL: true,
  EVENTSTORE_URL: true,
  RELAIS_MASTER_KEY: true,
});
export type StorageConfig = z.infer<typeof Storage>;

const Environment = ServiceConfig.extend({
  /** `allow`: in production too. `off`: RELAIS_ISSUER is another issuer, and this service manages rights only. */
  RELAIS_EMBEDDED_ISSUER: z.enum(['allow', 'off']).optional(),
  /** Nothing else: a misspelt `production` must not pass for development. */
  RELAIS_MODE: z.enum(['production', 'development']).optional(),
  NODE_ENV: z.string().optional(),
});
export type Config = z.infer<typeof Environment>;

/** The embedded issuer is made for development and small federations: production says that it wants it. */
export class EmbeddedIssuerRefused extends Error {
  override readonly name = 'EmbeddedIssuerRefused';
}

/** The settings of this service. Throws, naming every wrong variable, and EmbeddedIssuerRefused. */
export function identityConfig(environment: {
  readonly [name: string]: string | undefined;
}): Config {
  const config = readConfig(Environment, environment);
  const isProduction = config.NODE_ENV === 'production' || config.RELAIS_MODE === 'production';
  if (isProduction && config.RELAIS_EMBEDDED_ISSUER === undefined) {
    throw new EmbeddedIssuerRefused(
      'the embedded issuer does not start in production unless RELAIS_EMBEDDED_ISSUER=allow (or off, with another issuer)',
    );
  }
  if (isProduction && new URL(config.RELAIS_ISSUER).protocol !== 'https:') {
    throw new EmbeddedIssuerRefused('in production RELAIS_ISSUER is an https address');
  }
  return config;
}

// biome-ignore lint/style/noProcessEnv: the one place of this service that reads the environment.
const environment = process.env;

/** The settings of the service as the environment of this process has them. */
export const serviceConfig = (): Config => identityConfig(environment);

/** The settings of the local commands: as the environment of this process has them, else as `otherwise` says. */
export const storageConfig = (
  otherwise: { readonly [name: string]: string | undefined } = {},
): StorageConfig => readConfig(Storage, { ...otherwise, ...environment });

/** Whether the environment of this process names the database. */
export const hasDatabase = (): boolean => Boolean(environment.DATABASE_URL);
