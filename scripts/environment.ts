/** The environment, as the scripts read it and pass it on. Services read theirs in their own config.ts. */
// biome-ignore lint/style/noProcessEnv: the one place of the scripts that reads it.
export const environment: Readonly<Record<string, string | undefined>> = process.env;
