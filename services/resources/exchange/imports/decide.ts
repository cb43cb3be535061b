import { type Actor, mayManage } from '@relais/contracts/actors';
import type { AssociationId, ImportId } from '@relais/contracts/ids';
import type { ImportRefusalCode } from '@relais/contracts/import-problems';
import type { ImportState } from '@relais/contracts/import-views';
import type { ImportCounts, ImportEvent } from '@relais/contracts/imports';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';

type Started = Extract<ImportEvent, { type: 'import-started.v1' }>['data'];

export type ImportCommand =
  | { readonly type: 'start'; readonly started: Started; readonly unfinished: number }
  | { readonly type: 'cancel'; readonly actor: Actor }
  /** By the calendar: its bytes never came. */
  | { readonly type: 'abandon' }
  | { readonly type: 'finish'; readonly sha256: string; readonly counts: ImportCounts }
  | { readonly type: 'give-up'; readonly reason: string };

export type Import =
  | { readonly state: 'absent' }
  | {
      readonly state: 'running' | 'applied' | 'refused' | 'cancelled';
      readonly import: ImportId;
      readonly association: AssociationId;
    };
export type ImportRefusal = { readonly code: ImportRefusalCode };

/** Imports of one association that may be unfinished at once. */
const unfinishedMax = 10;

/** What becomes of a file: it is applied, or could not be used, or is called off before. */
export function decide(
  command: ImportCommand,
  known: Import,
): Decision<ImportEvent, ImportRefusal> {
  if (command.type === 'start') {
    if (known.state !== 'absent') return refuse({ code: 'already-exists' });
    if (command.unfinished >= unfinishedMax) return refuse({ code: 'too-many-imports' });
    return accept({ type: 'import-started.v1', data: command.started });
  }
  if (known.state === 'absent') return refuse({ code: 'not-found' });
  if (command.type === 'cancel' && !mayManage(command.actor, known.association)) {
    return refuse({ code: 'not-found' });
  }
  if (known.state === 'running') return accept(endOf(command, known));
  return command.type === 'cancel' && known.state !== 'cancelled'
    ? refuse({ code: 'import-over' })
    : accept();
}

function endOf(
  command: Exclude<ImportCommand, { type: 'start' }>,
  known: Exclude<Import, { state: 'absent' }>,
): ImportEvent {
  const ids = { import: known.import, association: known.association };
  switch (command.type) {
    case 'cancel':
      return { type: 'import-cancelled.v1', data: { ...ids, because: 'asked' } };
    case 'abandon':
      return { type: 'import-cancelled.v1', data: { ...ids, because: 'abandoned' } };
    case 'finish': {
      const { sha256, counts } = command;
      return { type: 'import-applied.v1', data: { ...ids, sha256, counts } };
    }
    case 'give-up':
      return { type: 'import-refused.v1', data: { ...ids, reason: command.reason } };
  }
}

export function evolve(_known: Import, { type, data }: ImportEvent): Import {
  const ids = { import: data.import, association: data.association };
  switch (type) {
    case 'import-started.v1':
      return { state: 'running', ...ids };
    case 'import-applied.v1':
      return { state: 'applied', ...ids };
    case 'import-refused.v1':
      return { state: 'refused', ...ids };
    case 'import-cancelled.v1':
      return { state: 'cancelled', ...ids };
  }
}

export const importAggregate: Aggregate<ImportCommand, Import, ImportEvent, ImportRefusal> = {
  category: 'import',
  initial: { state: 'absent' },
  decide,
  evolve,
};

/** What may be done to an import that stands like this. */
export const allowedActions = (state: ImportState): 'cancel'[] =>
  state === 'uploading' || state === 'uploaded' || state === 'applying' ? ['cancel'] : [];
