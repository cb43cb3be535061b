import { serviceConfig } from './config.ts';
import { startIdentity } from './service.ts';

const service = await startIdentity(serviceConfig());
const stop = async (code: number) => {
  await service.stop();
  process.exit(code);
};
process.once('SIGTERM', () => void stop(0));
process.once('SIGINT', () => void stop(0));
// The supervisor starts it again.
service.failed.catch(() => void stop(1));
