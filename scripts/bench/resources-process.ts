/** `node resources-process.ts <json>`: the resources service as `npm start` runs it, with the bench's issuer. */
import { stopWithSupervisor } from '@relais/http/lifecycle';
import { resourcesConfig } from '@relais/resources/config';
import { startResources } from '@relais/resources/service';
import { createLocalJWKSet } from 'jose';
import type { ServerArgument } from './servers.ts';

const { url, issuer, jwks, masterKey } = JSON.parse(process.argv[2] ?? '') as ServerArgument;
const config = resourcesConfig({
  DATABASE_URL: url,
  RELAIS_ISSUER: issuer,
  RELAIS_MASTER_KEY: masterKey,
});
const service = await startResources(config, createLocalJWKSet(jwks));
process.send?.(service.url);
stopWithSupervisor(() => service.stop(), service.failed);
