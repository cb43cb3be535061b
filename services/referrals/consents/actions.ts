import type { CaseFacts } from '@relais/contracts/cases';
import {
  EndException,
  GiveConsent,
  RecordException,
  WithdrawConsent,
} from '@relais/contracts/consents';
import { giveConsent } from '@relais/contracts/examples';
import type { ZodType } from 'zod';
import type { Command } from '../command.ts';

export const consentBodies = {
  give: GiveConsent.meta({ example: giveConsent }),
  withdraw: WithdrawConsent,
  recordException: RecordException,
  endException: EndException,
} as const satisfies { readonly [action: string]: ZodType };
export type ConsentAction = keyof typeof consentBodies;

/** The case (null where there is none) and an id for the consent or exception that is created. */
export type ConsentFacts = { readonly case: CaseFacts | null; readonly newId: string };

export type ConsentCommand = {
  [Action in ConsentAction]: Command<Action, (typeof consentBodies)[Action], ConsentFacts>;
}[ConsentAction];
