/** Texts that must not get out, and those who tell and read them. */
import type { Role } from '@relais/contracts/identity';

export type Answer = {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects.
  readonly body: any;
  readonly etag: string;
};
export type Telling = {
  readonly ask: (
    token: string,
    method: string,
    path: string,
    body?: unknown,
    etag?: string,
  ) => Promise<Answer>;
  readonly tokenOf: (role: Role, association: string, remit?: string[]) => Promise<string>;
  /** Makes an association known. */
  readonly register: (association: string) => Promise<void>;
};
export type Read = {
  readonly who: string;
  readonly path: string;
  readonly sees: string[];
  readonly text: string;
};
export type Story = { readonly canaries: readonly string[]; readonly read: readonly Read[] };

/** Every text that was said. */
export const canaries: string[] = [];
/** A text that nothing but this field holds. */
export function say(name: string): string {
  const canary = `Zq7Canari${name}Xv`;
  if (!canaries.includes(canary)) canaries.push(canary);
  return canary;
}
