/** How long data is kept. Policy data: a changed policy is a new entry with a new version. */
export type RetentionPolicy = {
  readonly version: string;
  /** From the last activity of a case to the forgetting of its persons. */
  readonly caseDays: number;
};

/** Two years after the last activity, a leap day included. */
export const retentionPolicy: RetentionPolicy = { version: '2026-11', caseDays: 731 };
