-- The life of a message after it was sent: edited, put aside, recalled, ended.

-- IsSaved, IsSenderDeleted (a sender's delete-for-me) and IsArchived are the sender's own;
-- SenderVersion is the Seq of their last change, so that nobody else's item version shows it.
ALTER TABLE Messages ADD COLUMN IsSaved INTEGER NOT NULL DEFAULT 0;
ALTER TABLE Messages ADD COLUMN SavedAt TEXT;
ALTER TABLE Messages ADD COLUMN IsSenderDeleted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE Messages ADD COLUMN SenderDeletedAt TEXT;
ALTER TABLE Messages ADD COLUMN SenderVersion INTEGER NOT NULL DEFAULT 0;

-- What a message was before an edit. Version: its version then; EditedAt and EditedBy: the edit
-- that ended it. A recall takes these rows too.
CREATE TABLE MessageHistory (
  MessageId INTEGER NOT NULL REFERENCES Messages(Id) ON DELETE CASCADE,
  Version INTEGER NOT NULL,
  Subject TEXT NOT NULL,
  Body TEXT NOT NULL,
  Priority TEXT NOT NULL,
  EditedAt TEXT NOT NULL,
  EditedBy TEXT NOT NULL,
  PRIMARY KEY (MessageId, Version)
) STRICT, WITHOUT ROWID;

-- What the jobs worker ends, and what it removes for good.
CREATE INDEX MessagesByExpiry ON Messages(TenantId, ExpiresAt)
  WHERE ExpiresAt IS NOT NULL AND IsDeleted = 0;
CREATE INDEX MessagesByAge ON Messages(TenantId, CreatedAt);

-- A message that is removed for good is looked for as a child too.
CREATE INDEX MessageThreadsByChild ON MessageThreads(ChildMessageId);

-- Seq of the last change of what the sender sees of a recipient (read or not): the other flags of a
-- row, and its Version with them, are the recipient's own.
ALTER TABLE MessageRecipients ADD COLUMN ReadVersion INTEGER NOT NULL DEFAULT 0;
UPDATE MessageRecipients SET ReadVersion = Version;
