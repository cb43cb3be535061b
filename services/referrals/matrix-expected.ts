/** What each relation may do, from the tables that the rules are made of; by hand where there is no table. */
import type { Access } from '@relais/http/authorisation-matrix';
import type { Operation } from '@relais/http/fuzz-operations';
import { caseActions } from './cases/actions.ts';
import type { CaseRelation } from './cases/state.ts';
import { showsConsents } from './consents/present.ts';
import { handoverActions } from './handovers/actions.ts';
import { caseLevel, referralLevel } from './levels.ts';
import { type RelationName, relationNames } from './matrix-world.ts';
import { userRows } from './referrals/actions.ts';
import type { Relation } from './referrals/relation.ts';

export type Row = { readonly [name in RelationName]: Access };

/** `set-goal` as the tables name it. */
export const actionOf = (path: string): string =>
  (path.split('/').at(-1) ?? '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

const roles = {
  owner: 'partner',
  formerOwner: 'partner',
  receiver: 'partner',
  formerReceiver: 'partner',
  eligible: 'partner',
  coordinator: 'coordinator',
  otherCoordinator: 'coordinator',
  auditor: 'auditor',
  administrator: 'administrator',
  otherAdministrator: 'administrator',
  stranger: 'partner',
  union: 'partner',
} as const;

/** The row of an operation. A role that the document does not name, and a union, get no further than the door. */
export function rowOf({
  method,
  path,
  roles: let_in,
}: Pick<Operation, 'method' | 'path' | 'roles'>): Row {
  const expected = (name: RelationName): Access => {
    if (!let_in.includes(roles[name]) || name === 'union') return 'forbidden';
    return method === 'GET' ? reading(path, name) : acting(path, name);
  };
  return Object.fromEntries(relationNames.map((name) => [name, expected(name)])) as Row;
}

const allowed = (is: boolean): Access => (is ? 'done' : 'hidden');
const among = (name: RelationName, names: readonly RelationName[]): Access =>
  allowed(names.includes(name));

const ids = { owner: 'owner', former: 'former', other: 'other', receiver: 'receiver' };
const reader = (name: RelationName) => ({
  role: roles[name],
  association:
    { owner: ids.owner, formerOwner: ids.former, receiver: ids.receiver }[name as 'owner'] ??
    ids.other,
  remit: name === 'coordinator' ? [ids.owner] : [],
});

const levelOfCase = (name: RelationName) =>
  caseLevel(reader(name), {
    owner: ids.owner,
    formerOwners: [ids.former],
    mergedOwners: [],
    receives: name === 'receiver' ? 'open' : name === 'formerReceiver' ? 'ended' : 'none',
    breakGlass: false,
  });

/** The referral that `receiver` reviews. */
const levelOfReferral = (name: RelationName) =>
  referralLevel(reader(name), {
    ...{ owner: ids.owner, sender: ids.owner, receiver: ids.receiver },
    ...{ sent: true, open: true, eligible: false, breakGlass: false },
  });

function reading(path: string, name: RelationName): Access {
  if (path.startsWith('/v1/referrals/')) return allowed(levelOfReferral(name) !== 'none');
  // Offered by the owner to the receiver.
  if (path === '/v1/handovers/{id}') {
    return among(name, ['owner', 'receiver', 'coordinator', 'auditor']);
  }
  if (path === '/v1/merges/{id}') return among(name, ['owner', 'coordinator']);
  if (!path.startsWith('/v1/cases/')) return 'done';
  const level = levelOfCase(name);
  if (path.endsWith('/consents')) return allowed(showsConsents(level));
  if (path.endsWith('/subject-export')) return allowed(level === 'owner');
  if (path.endsWith('/duplicate-candidates')) return among(name, ['owner', 'coordinator']);
  if (path.endsWith('/consultations')) return among(name, ['owner', 'coordinator', 'auditor']);
  return allowed(level !== 'none');
}

function acting(path: string, name: RelationName): Access {
  const action = actionOf(path);
  const [, , kind = '', id] = path.split('/');
  if (kind === 'cases' && id === '{id}' && action in caseActions) {
    return onCase(action as keyof typeof caseActions, name);
  }
  if (kind === 'cases' && id === '{id}') {
    return name === 'owner' || name === 'coordinator' ? 'done' : noPart(name);
  }
  if (kind === 'referrals' && id === '{id}')
    return onReferral(action as keyof typeof userRows, name);
  // Whoever is not the owner is told so, whether or not there is such a case.
  if (path === '/v1/referrals') return name === 'owner' ? 'done' : 'forbidden';
  if (kind === 'merges') return onMerge(path, name);
  if (kind === 'handovers' && id === '{id}') {
    return onHandover(action as keyof typeof handoverActions, name);
  }
  return opening(path, name);
}

const caseRelations: { readonly [name in RelationName]: CaseRelation } = {
  owner: 'owner',
  formerOwner: 'former-owner',
  receiver: 'receiver',
  formerReceiver: 'none',
  eligible: 'none',
  coordinator: 'coordinator',
  otherCoordinator: 'other-coordinator',
  auditor: 'auditor',
  administrator: 'administrator',
  otherAdministrator: 'none',
  stranger: 'none',
  union: 'none',
};

/** Who reads the case is told that something is not his to do. */
const noPart = (name: RelationName): Access =>
  levelOfCase(name) === 'none' ? 'hidden' : 'forbidden';

function onCase(action: keyof typeof caseActions, name: RelationName): Access {
  const relation = caseRelations[name];
  if (caseActions[action].who.includes(relation)) return 'done';
  // Asked of a new file, which only those have a part in who may do it.
  const isNew = action === 'archive' || action === 'unarchive';
  return isNew && name === 'formerReceiver' ? 'hidden' : noPart(name);
}

/** A merge is made of two new files, which every coordinator reads. */
const onMerge = (path: string, name: RelationName): Access =>
  path === '/v1/merges' && name === 'otherCoordinator'
    ? 'forbidden'
    : among(name, ['owner', 'coordinator']);

function onReferral(action: keyof typeof userRows, name: RelationName): Access {
  const relations: { readonly [name in RelationName]?: Relation } = {
    owner: 'sender',
    coordinator: 'coordinator',
    // A draft has nobody but its sender; what is open to all has no receiver yet.
    ...(action !== 'send' && action !== 'claim' && { receiver: 'receiver' }),
    ...(action === 'claim' && { eligible: 'eligible' }),
  };
  const relation = relations[name];
  // Nobody else reads a draft; what is to be claimed has no receiver.
  const isHidden = action === 'send' || (action === 'claim' && name === 'receiver');
  const reads = !isHidden && levelOfReferral(name) !== 'none';
  if (relation === undefined) return reads ? 'forbidden' : 'hidden';
  return userRows[action].who.includes(relation) ? 'done' : 'forbidden';
}

function onHandover(action: keyof typeof handoverActions, name: RelationName): Access {
  const isReorientation = action.endsWith('Reorientation');
  const relations: { readonly [name in RelationName]?: 'owner' | 'recipient' | 'coordinator' } = {
    ...{ owner: 'owner', coordinator: 'coordinator' },
    ...(!isReorientation && { receiver: 'recipient' }),
  };
  const relation = relations[name];
  if (relation === undefined) return 'hidden';
  return handoverActions[action].who.includes(relation) ? 'done' : 'forbidden';
}

/** Who takes part in the case may ask for it, its owner may offer it or put it to a meeting. */
function opening(path: string, name: RelationName): Access {
  const takesPart = name === 'receiver' || name === 'formerOwner';
  const isManager = name === 'owner' || name === 'coordinator';
  switch (path) {
    case '/v1/handovers':
      return isManager ? 'done' : noPart(name);
    case '/v1/handovers/ask':
      if (name === 'owner') return 'allowed';
      return takesPart || name === 'coordinator' ? 'done' : noPart(name);
    case '/v1/reorientations':
      return name === 'owner' ? 'done' : noPart(name);
    default:
      // A new case, and the results of many handovers, each with its own.
      return 'done';
  }
}
