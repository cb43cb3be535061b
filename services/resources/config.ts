import { numberVariable, readConfig } from '@relais/http/environment';
import { type MasterKeys, readMasterKeys } from '@relais/vault/master-key';
import { z } from 'zod';

const Environment = z.object({
  RELAIS_SERVICE_PORT: numberVariable(0, 65_535).default(0),
  RELAIS_HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: z.url({ protocol: /^postgres(?:ql)?$/ }),
  EVENTSTORE_URL: z.string().min(1).optional(),
  /** The platform's master key; here it authenticates cursors only. */
  RELAIS_MASTER_KEY: z.string().transform((text, context): MasterKeys => {
    try {
      return readMasterKeys(text);
    } catch {
      context.addIssue({ code: 'custom' });
      return z.NEVER;
    }
  }),
  /** The issuer of access tokens: ours or any other, without a slash at its end. */
  RELAIS_ISSUER: z.url({ protocol: /^https?$/ }).regex(/[^/]$/),
  RELAIS_LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
});
export type Config = z.infer<typeof Environment>;

/** The settings of this service. Throws, naming every wrong variable. */
export const resourcesConfig = (environment: {
  readonly [name: string]: string | undefined;
}): Config => readConfig(Environment, environment);

/** The settings as the environment of this process has them. */
export const serviceConfig = (): Config =>
  // biome-ignore lint/style/noProcessEnv: the one place of this service that reads the environment.
  resourcesConfig(process.env);
