import {
  type AssociationEvent,
  type AssociationView,
  associationEvents,
} from '@relais/contracts/associations';
import { type ClientEvent, type ClientView, clientEvents } from '@relais/contracts/identity';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { type Projection, table } from '@relais/event-log/projection';

type Event = AssociationEvent | ClientEvent;

type AssociationRow = {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly view: AssociationView;
};
type ClientRow = {
  readonly id: string;
  readonly association: string;
  readonly role: string;
  readonly state: string;
  readonly view: ClientView;
};

/** The rows that lists and single reads answer from. Tokens never depend on them: see registry.ts. */
export const identityProjection: Projection<Event> = {
  name: 'identity',
  version: 1,
  prefixes: ['association-', 'client-'],
  views: [new URL('./views.sql', import.meta.url)],
  parse: (record) =>
    record.stream.startsWith('association-')
      ? parse(associationEvents, record)
      : parse(clientEvents, record),
  tables: [
    table<AssociationRow, Event>({
      name: 'association',
      key: ['id'],
      touches: (event) => (isOfAssociation(event) ? [{ id: event.data.association }] : []),
      fold(row, event, record) {
        if (!isOfAssociation(event)) return row;
        const view = associationView(row?.view, event, record);
        const { id, name, kind, state } = view;
        return { id, name, kind, state, view };
      },
    }),
    table<ClientRow, Event>({
      name: 'client',
      key: ['id'],
      touches: (event) => (isOfAssociation(event) ? [] : [{ id: event.data.client }]),
      fold(row, event, record) {
        if (isOfAssociation(event)) return row;
        const view = clientView(row?.view, event, record);
        const { id, association, role, state } = view;
        return { id, association, role, state, view };
      },
    }),
  ],
};

const isOfAssociation = (event: Event): event is AssociationEvent =>
  event.type.startsWith('association-');

type Stamp = Pick<Recorded, 'revision' | 'recordedAt'>;

/** The association as it stands after this event. */
export function associationView(
  view: AssociationView | undefined,
  event: AssociationEvent,
  { revision, recordedAt }: Stamp,
): AssociationView {
  const now = { revision: revision.toString(), changedAt: recordedAt };
  switch (event.type) {
    case 'association-registered.v1': {
      const { association: id, ...facts } = event.data;
      return { id, state: 'member', ...facts, registeredAt: recordedAt, ...now };
    }
    case 'association-changed.v1': {
      const { association: _, ...facts } = event.data;
      return { ...known(view), ...facts, ...now };
    }
    case 'association-left.v1':
      return { ...known(view), state: 'left', ...now };
  }
}

/** The client as it stands after this event. */
export function clientView(
  view: ClientView | undefined,
  event: ClientEvent,
  { revision, recordedAt }: Stamp,
): ClientView {
  const now = { revision: revision.toString(), changedAt: recordedAt };
  switch (event.type) {
    case 'client-registered.v1': {
      const { client: id, ...facts } = event.data;
      const start = { state: 'enabled', disabledReason: null, registeredAt: recordedAt } as const;
      return { id, ...facts, ...start, ...now };
    }
    case 'client-rights-changed.v1': {
      const { role, remit } = event.data;
      return { ...known(view), role, remit, ...now };
    }
    case 'client-disabled.v1':
      return { ...known(view), state: 'disabled', disabledReason: event.data.reason, ...now };
    case 'client-enabled.v1':
      return { ...known(view), state: 'enabled', disabledReason: null, ...now };
    case 'client-keys-replaced.v1':
      return { ...known(view), keys: event.data.keys, ...now };
  }
}

function known<View>(view: View | undefined): View {
  if (view === undefined) throw new Error('an event before the registration');
  return view;
}
