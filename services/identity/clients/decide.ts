import type { AssociationRefusalCode } from '@relais/contracts/associations';
import type {
  ClientEvent,
  ClientId,
  ClientRefusalCode,
  DisabledReason,
  PublicKey,
  Role,
} from '@relais/contracts/identity';
import type { AssociationId } from '@relais/contracts/ids';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';

/** Where the client's association stands when the command is decided. */
export type Standing = 'unknown' | 'left' | 'member' | 'carrier';

export type Rights = { readonly role: Role; readonly remit: readonly AssociationId[] };

export type Registration = Rights & {
  readonly client: ClientId;
  readonly association: AssociationId;
  readonly label: string;
  readonly keys: readonly PublicKey[];
};

/** `actor` is the client that asks. */
export type ClientCommand =
  | { readonly type: 'register'; readonly registration: Registration; readonly standing: Standing }
  | {
      readonly type: 'changeRights';
      readonly rights: Rights;
      readonly standing: Standing;
      readonly actor: string;
    }
  | { readonly type: 'disable'; readonly reason: DisabledReason; readonly actor: string }
  | { readonly type: 'enable'; readonly standing: Standing }
  | { readonly type: 'replaceKeys'; readonly keys: readonly PublicKey[] };

type Registered = Registration & {
  readonly state: 'enabled' | 'disabled';
  readonly disabledReason: DisabledReason | null;
};
export type Client = { readonly state: 'absent' } | Registered;

export type ClientRefusal = { readonly code: ClientRefusalCode | AssociationRefusalCode };

type Result = Decision<ClientEvent, ClientRefusal>;

/** Who may do what, for which association. An administrator cannot lock itself out: another one always remains. */
export function decide(command: ClientCommand, client: Client): Result {
  if (command.type === 'register') return register(command, client);
  if (client.state === 'absent') return refuse({ code: 'client-unknown' });
  return change(command, client);
}

function change(command: Exclude<ClientCommand, { type: 'register' }>, client: Registered): Result {
  switch (command.type) {
    case 'changeRights':
      return changeRights(command, client);
    case 'disable': {
      if (command.actor === client.client) return refuse({ code: 'own-rights' });
      if (client.state === 'disabled') return accept();
      const data = { client: client.client, reason: command.reason };
      return accept({ type: 'client-disabled.v1', data });
    }
    case 'enable': {
      if (client.state === 'enabled') return accept();
      const refusal = refusalOf(client, command.standing);
      if (refusal !== undefined) return refuse(refusal);
      return accept({ type: 'client-enabled.v1', data: { client: client.client } });
    }
    case 'replaceKeys': {
      if (isRepeated(command.keys)) return refuse({ code: 'key-ids-repeated' });
      if (isSame(client.keys, command.keys)) return accept();
      const data = { client: client.client, keys: [...command.keys] };
      return accept({ type: 'client-keys-replaced.v1', data });
    }
  }
}

function register(
  { registration, standing }: Extract<ClientCommand, { type: 'register' }>,
  client: Client,
): Result {
  if (client.state !== 'absent') {
    const { state: _, disabledReason: __, ...known } = client;
    return isSame(ordered(known), ordered(registration))
      ? accept()
      : refuse({ code: 'client-exists' });
  }
  if (isRepeated(registration.keys)) return refuse({ code: 'key-ids-repeated' });
  const refusal = refusalOf(registration, standing);
  if (refusal !== undefined) return refuse(refusal);
  const data = {
    ...registration,
    remit: [...registration.remit],
    keys: [...registration.keys],
  };
  return accept({ type: 'client-registered.v1', data });
}

function changeRights(
  { rights, standing, actor }: Extract<ClientCommand, { type: 'changeRights' }>,
  client: Registered,
): Result {
  if (actor === client.client) return refuse({ code: 'own-rights' });
  const refusal = refusalOf(rights, standing);
  if (refusal !== undefined) return refuse(refusal);
  if (client.role === rights.role && isSame(client.remit, rights.remit)) return accept();
  const data = { client: client.client, role: rights.role, remit: [...rights.remit] };
  return accept({ type: 'client-rights-changed.v1', data });
}

/** Why a client of an association of this standing cannot have these rights. */
function refusalOf({ role, remit }: Rights, standing: Standing): ClientRefusal | undefined {
  if (standing === 'unknown') return { code: 'association-unknown' };
  if (standing === 'left') return { code: 'association-left' };
  if (role === 'administrator' && standing !== 'carrier') {
    return { code: 'administrator-of-carrier-only' };
  }
  if (role !== 'coordinator' && remit.length > 0) return { code: 'remit-of-coordinator-only' };
  return undefined;
}

export function evolve(client: Client, event: ClientEvent): Client {
  switch (event.type) {
    case 'client-registered.v1':
      return { state: 'enabled', disabledReason: null, ...event.data };
    case 'client-rights-changed.v1':
      return { ...registered(client), role: event.data.role, remit: event.data.remit };
    case 'client-disabled.v1':
      return { ...registered(client), state: 'disabled', disabledReason: event.data.reason };
    case 'client-enabled.v1':
      return { ...registered(client), state: 'enabled', disabledReason: null };
    case 'client-keys-replaced.v1':
      return { ...registered(client), keys: event.data.keys };
  }
}

function registered(client: Client): Registered {
  if (client.state === 'absent') throw new Error('changed before it was registered');
  return client;
}

const isRepeated = (keys: readonly PublicKey[]): boolean =>
  new Set(keys.map((key) => key.kid)).size < keys.length;

const ordered = ({ client, association, role, remit, label, keys }: Registration) => [
  client,
  association,
  role,
  remit,
  label,
  keys,
];

const isSame = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);

/** JSON with sorted members: a stored key and a given one compare whatever the order of their members. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );

/** What may be asked of a client in this state. */
export const allowedActions = (client: Client): string[] => {
  if (client.state === 'absent') return [];
  return ['rights', client.state === 'enabled' ? 'disable' : 'enable', 'keys'];
};

export const clientAggregate: Aggregate<ClientCommand, Client, ClientEvent, ClientRefusal> = {
  category: 'client',
  initial: { state: 'absent' },
  decide,
  evolve,
};
