import { readConfig } from '@relais/http/environment';
import { ServiceConfig } from '@relais/service/config';

/** The settings of this service. Throws, naming every wrong variable. */
export const referralsConfig = (environment: {
  readonly [name: string]: string | undefined;
}): ServiceConfig => readConfig(ServiceConfig, environment);

/** The settings as the environment of this process has them. */
export const serviceConfig = (): ServiceConfig =>
  // biome-ignore lint/style/noProcessEnv: the one place of this service that reads the environment.
  referralsConfig(process.env);
