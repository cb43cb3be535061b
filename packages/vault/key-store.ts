import type { Category } from '@relais/contracts/sealed';

/** A data key belongs to one category of one person's data. */
export type KeyName = { readonly person: string; readonly category: Category };

/** 32 random bytes, or that the person was forgotten: such a key is gone, and none will ever be made again. */
export type DataKey = Buffer | 'forgotten';

/**
 * Where data keys are kept. The vault sees them unwrapped, so that an implementation may leave the wrapping
 * to a key management service. Every answer comes in one round trip, in the order of the question.
 */
export type KeyStore = {
  /** The keys, made where there are none yet: durable before they are given, the same for every process. */
  obtain(names: readonly KeyName[]): Promise<readonly DataKey[]>;
  /** The keys that exist; undefined for one that was never made. */
  find(names: readonly KeyName[]): Promise<readonly (DataKey | undefined)[]>;
  /** Destroys every key of the person, for good. Repeating it changes nothing. */
  forget(person: string): Promise<void>;
  /**
   * Calls back with each person forgotten by any process, and with undefined when some may have been missed.
   * Resolves when it listens.
   */
  onForgotten(forgotten: (person: string | undefined) => void, signal: AbortSignal): Promise<void>;
  /** The key under which texts are hashed for comparison. It outlives every rotation of the master key. */
  matchingKey(): Promise<Buffer>;
};
