-- What an import that was interrupted goes on with, and how large its entries are.
alter table import
  -- Of the whole file; set when all of it is staged.
  add column sha256 text,
  -- The last organisation that is dealt with, in the order of their identifiers.
  add column done_to text;
alter table staged
  -- Bytes of the document.
  add column size integer not null default 0;
