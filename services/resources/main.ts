import { issuerKeys } from '@relais/http/issuer-keys';
import { stopWithSupervisor } from '@relais/http/lifecycle';
import { serviceConfig } from './config.ts';
import { startResources } from './service.ts';

const config = serviceConfig();
const service = await startResources(config, issuerKeys(config.RELAIS_ISSUER));
// When it fails it ends, and the supervisor starts it again.
stopWithSupervisor(() => service.stop(), service.failed);
