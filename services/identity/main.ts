import { stopWithSupervisor } from '@relais/http/lifecycle';
import { serviceConfig } from './config.ts';
import { startIdentity } from './service.ts';

const service = await startIdentity(serviceConfig());
// When it fails it ends, and the supervisor starts it again.
stopWithSupervisor(() => service.stop(), service.failed);
