import {
  type AssociationEvent,
  type AssociationView,
  associationEvents,
} from '@relais/contracts/associations';
import { type ClientEvent, type ClientView, clientEvents } from '@relais/contracts/identity';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Sql } from '@relais/postgres/database';

/** Writes what these events change into the rows of the read model, in the transaction of `sql`. */
export async function projectIdentity(sql: Sql, records: readonly Recorded[]): Promise<void> {
  const associations = records.filter(({ stream }) => stream.startsWith('association-'));
  const clients = records.filter(({ stream }) => stream.startsWith('client-'));
  await projectAssociations(sql, associations);
  await projectClients(sql, clients);
}

async function projectAssociations(sql: Sql, records: readonly Recorded[]): Promise<void> {
  if (records.length === 0) return;
  const { rows } = await sql.query<{ view: AssociationView }>(
    'select view from association where id = any ($1)',
    [idsOf(records)],
  );
  const views = new Map<string, AssociationView>(rows.map(({ view }) => [view.id, view]));
  for (const record of records) {
    const id = idOf(record);
    views.set(id, associationView(views.get(id), parse(associationEvents, record), record));
  }
  await sql.query(
    `insert into association (id, name, kind, state, view)
     select (view->>'id')::uuid, view->>'name', view->>'kind', view->>'state', view
       from jsonb_array_elements($1::jsonb) view
     on conflict (id) do update
       set name = excluded.name, kind = excluded.kind, state = excluded.state, view = excluded.view`,
    [JSON.stringify([...views.values()])],
  );
}

async function projectClients(sql: Sql, records: readonly Recorded[]): Promise<void> {
  if (records.length === 0) return;
  const { rows } = await sql.query<{ view: ClientView }>(
    'select view from client where id = any ($1)',
    [idsOf(records)],
  );
  const views = new Map<string, ClientView>(rows.map(({ view }) => [view.id, view]));
  for (const record of records) {
    const id = idOf(record);
    views.set(id, clientView(views.get(id), parse(clientEvents, record), record));
  }
  await sql.query(
    `insert into client (id, association, role, state, view)
     select (view->>'id')::uuid, (view->>'association')::uuid, view->>'role', view->>'state', view
       from jsonb_array_elements($1::jsonb) view
     on conflict (id) do update
       set role = excluded.role, state = excluded.state, view = excluded.view`,
    [JSON.stringify([...views.values()])],
  );
}

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

const idOf = ({ stream }: Recorded): string => stream.slice(stream.indexOf('-') + 1);

const idsOf = (records: readonly Recorded[]): string[] => [...new Set(records.map(idOf))];
