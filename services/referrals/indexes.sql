-- For readers alone: rows are found by their primary keys when they are built.

create index on case_file (owner, opened_at, id);
create index on case_file (merged_into) where merged_into is not null;
create index on vulnerability (case_id);
create index on goal (case_id);
create index on case_note (case_id);
create index on break_glass (case_id);
create index on break_glass (owner, opened_at);
create index on consent (case_id);
create index on consent_exception (case_id);
create index on consent_exception (association, position);
create index on referral (case_id);
create index on referral (receiver, due_at, id);
create index on referral (sender, due_at, id);
create index on referral (due_at, id) where state = 'sent' and receiver is null;
create index on referral_contribution (referral_id);
create index on handover (case_id);
create index on handover (from_association);
create index on handover (to_association);
create index on merge (kept);
create index on merge (absorbed);
create index on consultation (case_id, position);
create index on association (name, id);
create index on offer (title, id);
create index on history (case_id, position);
create index on history (referral_id, position) where referral_id is not null;
create index on history (correlation_id, position);
