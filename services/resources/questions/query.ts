import type { QuestionState } from '@relais/contracts/questions';
import type { Sql } from '@relais/postgres/database';
import { hasWords } from '../search/by-words.ts';
import type { AnswerRow, QuestionRow } from './project.ts';

export type QuestionFilter = {
  readonly side?: 'asked' | 'received' | undefined;
  readonly state?: QuestionState | undefined;
};

/** Questions that one of these associations asked or is to answer, latest first, after this moment and id. */
export async function listQuestions(
  sql: Sql,
  associations: readonly string[],
  { side, state }: QuestionFilter,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<QuestionRow[]> {
  const { rows } = await sql.query<QuestionRow>(
    `select * from question
     where (($2::text is distinct from 'received' and association = any($1::uuid[]))
         or ($2::text is distinct from 'asked' and receiver = any($1::uuid[])))
       and ($3::text is null or state = $3)
       and ($4::timestamptz is null or (asked_at, id) < ($4, $5::uuid))
     order by asked_at desc, id desc limit $6`,
    [[...associations], side ?? null, state ?? null, after?.[0] ?? null, after?.[1] ?? null, limit],
    'resources-questions',
  );
  return rows;
}

/** By id; undefined for one that is not known. */
export async function findQuestion(sql: Sql, id: string): Promise<QuestionRow | undefined> {
  const { rows } = await sql.query<QuestionRow>(
    'select * from question where id = $1',
    [id],
    'resources-question',
  );
  return rows[0];
}

export type AnswerFilter = {
  /** A tsquery (search/by-words.ts); null for everything. */
  readonly words: string | null;
  readonly theme?: string | undefined;
  readonly language?: string | undefined;
};

/** Published answers, latest first, after this moment and id. */
export async function listAnswers(
  sql: Sql,
  { words, theme, language }: AnswerFilter,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<AnswerRow[]> {
  const { rows } = await sql.query<AnswerRow>(
    `select * from published_answer
     where ${hasWords(1)}
       and ($2::text is null or themes ? $2)
       and ($3::text is null or language = $3)
       and ($4::timestamptz is null or (published_at, id) < ($4, $5::uuid))
     order by published_at desc, id desc limit $6`,
    [words, theme ?? null, language ?? null, after?.[0] ?? null, after?.[1] ?? null, limit],
    'resources-answers',
  );
  return rows;
}

/** By the question's id; undefined for one that is not published. */
export async function findAnswer(sql: Sql, id: string): Promise<AnswerRow | undefined> {
  const { rows } = await sql.query<AnswerRow>(
    'select * from published_answer where id = $1',
    [id],
    'resources-answer',
  );
  return rows[0];
}
