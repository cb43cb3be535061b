/** The server that the test runner started, as the URL of a database to connect to; undefined without it. */
export const testDatabaseUrl = (): string | undefined =>
  // biome-ignore lint/style/noProcessEnv: the one place of this package that reads the environment.
  process.env.RELAIS_TEST_DATABASE_URL;
