import type { CaseEvent } from '@relais/contracts/case-events';
import { existing, instant, type StreamTable, sealedAt } from '../fold.ts';
import type { BreakGlassRow, CaseNoteRow, GoalRow, VulnerabilityRow } from './rows.ts';

export const vulnerability: StreamTable<VulnerabilityRow, CaseEvent> = {
  name: 'vulnerability',
  key: ['id'],
  touches: ({ event: { data } }) => ('vulnerability' in data ? [{ id: data.vulnerability }] : []),
  fold(row, fact) {
    const { event, record, at, id } = fact;
    switch (event.type) {
      case 'case-vulnerability-recorded.v1': {
        const { vulnerability: key, person, visibility } = event.data;
        return {
          ...{ id: key, case_id: id, person, visibility, recorded_at: at, ended_at: null },
          association: record.metadata.association,
          what: sealedAt(fact, 'what', event.data.what),
          position: record.position,
        };
      }
      case 'case-vulnerability-visibility-changed.v1':
        return { ...existing(row, fact), visibility: event.data.visibility };
      case 'case-vulnerability-ended.v1':
        return { ...existing(row, fact), ended_at: at };
      default:
        return row;
    }
  },
};

export const goal: StreamTable<GoalRow, CaseEvent> = {
  name: 'goal',
  key: ['id'],
  touches: ({ event: { data } }) => ('goal' in data ? [{ id: data.goal }] : []),
  fold(row, fact) {
    const { event, record, at, id } = fact;
    switch (event.type) {
      case 'case-goal-set.v1':
        return {
          ...{ id: event.data.goal, case_id: id, due_on: event.data.dueOn, status: 'active' },
          ...{ set_at: at, changed_at: at, position: record.position },
          association: record.metadata.association,
          text: sealedAt(fact, 'text', event.data.text),
        };
      case 'case-goal-changed.v1':
        return { ...existing(row, fact), status: event.data.status, changed_at: at };
      default:
        return row;
    }
  },
};

export const caseNote: StreamTable<CaseNoteRow, CaseEvent> = {
  name: 'case_note',
  key: ['id'],
  touches: ({ event: { data } }) => ('note' in data ? [{ id: data.note }] : []),
  fold(row, fact) {
    const { event, record, at, id } = fact;
    switch (event.type) {
      case 'case-private-note-added.v1':
      case 'case-shared-note-added.v1': {
        const { note, association, author } = event.data;
        return {
          ...{ id: note, case_id: id, association, author, written_at: at },
          private: event.type === 'case-private-note-added.v1',
          text: sealedAt(fact, 'text', event.data.text),
          position: record.position,
        };
      }
      default:
        return row;
    }
  },
};

export const breakGlass: StreamTable<BreakGlassRow, CaseEvent> = {
  name: 'break_glass',
  key: ['id'],
  touches: ({ event, record }) =>
    event.type === 'case-break-glass-opened.v1' ? [{ id: record.id }] : [],
  fold(row, fact) {
    const { event, record, at, id } = fact;
    if (event.type !== 'case-break-glass-opened.v1') return row;
    const { client, association, owner, until } = event.data;
    return {
      ...{ id: record.id, case_id: id, client, association, owner, opened_at: at },
      reason: sealedAt(fact, 'reason', event.data.reason),
      until: instant(until),
      position: record.position,
    };
  },
};
