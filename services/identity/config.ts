import { numberVariable, readConfig } from '@relais/http/environment';
import { type MasterKeys, readMasterKeys } from '@relais/vault/master-key';
import { z } from 'zod';

/** What the local commands need. */
const Storage = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(?:ql)?$/ }),
  EVENTSTORE_URL: z.string().min(1).optional(),
  /** 32 bytes in base64url; several, separated by commas, while it is being changed: the current one first. */
  RELAIS_MASTER_KEY: z.string().transform((text, context): MasterKeys => {
    try {
      return readMasterKeys(text);
    } catch {
      context.addIssue({ code: 'custom' });
      return z.NEVER;
    }
  }),
});
export type StorageConfig = z.infer<typeof Storage>;

const Environment = Storage.extend({
  RELAIS_SERVICE_PORT: numberVariable(0, 65_535).default(0),
  RELAIS_HOST: z.string().default('127.0.0.1'),
  /** The address that tokens name and clients see, without a slash at its end. */
  RELAIS_ISSUER: z.url({ protocol: /^https?$/ }).regex(/[^/]$/),
  /** `allow`: in production too. `off`: RELAIS_ISSUER is another issuer, and this service manages rights only. */
  RELAIS_EMBEDDED_ISSUER: z.enum(['allow', 'off']).optional(),
  RELAIS_MODE: z.string().optional(),
  NODE_ENV: z.string().optional(),
  RELAIS_LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
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

/** The settings of the local commands as the environment of this process has them. */
export const storageConfig = (): StorageConfig => readConfig(Storage, environment);
