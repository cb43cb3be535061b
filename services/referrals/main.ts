import { issuerKeys } from '@relais/http/issuer-keys';
import { stopWithSupervisor } from '@relais/http/lifecycle';
import { serviceConfig } from './config.ts';
import { startReferrals } from './service.ts';

const config = serviceConfig();
const service = await startReferrals(config, issuerKeys(config.RELAIS_ISSUER));
// When it fails it ends, and the supervisor starts it again.
stopWithSupervisor(() => service.stop(), service.failed);
