import { numberVariable } from '@relais/http/environment';
import { type MasterKeys, readMasterKeys } from '@relais/vault/master-key';
import { z } from 'zod';

/** The variables that every service reads; each service's config.ts adds its own. */
export const serviceVariables = {
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
  /** The issuer of access tokens: ours or any other, without a slash at its end, a query or a fragment. */
  RELAIS_ISSUER: z.url({ protocol: /^https?$/ }).regex(/^[^?#]*[^/?#]$/),
  RELAIS_SERVICE_PORT: numberVariable(0, 65_535).default(0),
  RELAIS_HOST: z.string().default('127.0.0.1'),
  RELAIS_LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
};
export const ServiceConfig = z.object(serviceVariables);
export type ServiceConfig = z.infer<typeof ServiceConfig>;
