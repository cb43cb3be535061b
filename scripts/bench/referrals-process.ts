/** `node referrals-process.ts <json>`: the referrals service as `npm start` runs it, with the bench's issuer. */
import { stopWithSupervisor } from '@relais/http/lifecycle';
import { referralsConfig } from '@relais/referrals/config';
import { startReferrals } from '@relais/referrals/service';
import { createLocalJWKSet } from 'jose';
import type { ServerArgument } from './servers.ts';

const { url, issuer, jwks, masterKey } = JSON.parse(process.argv[2] ?? '') as ServerArgument;
const config = referralsConfig({
  DATABASE_URL: url,
  RELAIS_ISSUER: issuer,
  RELAIS_MASTER_KEY: masterKey,
});
const service = await startReferrals(config, createLocalJWKSet(jwks));
process.send?.(service.url);
stopWithSupervisor(() => service.stop(), service.failed);
