-- Full-text search. The index gives candidates, of one person's own only; what is found is decided
-- by the messages themselves (messaging/search.h). It is made after the send, in batches by
-- harbor-jobs: up to SearchProgress.UpTo all messages are in it, and newer ones are looked at
-- directly. So a send pays nothing for it, and finds at once what it sent.

-- What is indexed of a message. Readers has a token for each mailbox that may hold it, U+E000 and the
-- mailbox's id, so that a search begins with one's own. A message to a crowd, and one whose
-- recipients come later (a broadcast), has one token for the whole tenant instead, U+E001 and the
-- tenant's id in hexadecimal: who asks is then looked up in MessageRecipients.
CREATE VIEW MessageSearchText AS
SELECT m.Id, m.Subject, m.Body,
  CASE WHEN m.MessageType <> 'direct' OR m.RecipientCount > 1000
    THEN char(57345) || lower(hex(m.TenantId))
    ELSE COALESCE((SELECT group_concat(char(57344) || r.MailboxId, ' ') FROM MessageRecipients r
                   WHERE r.MessageId = m.Id), '')
  END || ' ' ||
  COALESCE((SELECT char(57344) || b.Id FROM Mailboxes b
            WHERE b.Email = m.SenderEmail AND b.TenantId = m.TenantId), '') AS Readers
FROM Messages m
WHERE m.IsDeleted = 0 AND m.IsRecalled = 0;

-- No positions (detail=none): phrases, and words that begin with more than three given letters, are
-- looked for in the text of the candidates. Small pages: where two lists of messages meet rarely, each
-- step costs a page.
CREATE VIRTUAL TABLE MessageSearch USING fts5(
  Subject, Body, Readers, content='MessageSearchText', content_rowid='Id', detail=none, prefix='3',
  tokenize='unicode61 remove_diacritics 2'
);
INSERT INTO MessageSearch(MessageSearch, rank) VALUES ('pgsz', 1000);
INSERT INTO MessageSearch(MessageSearch) VALUES ('rebuild');

CREATE TABLE SearchProgress (
  Id INTEGER PRIMARY KEY CHECK (Id = 1),
  UpTo INTEGER NOT NULL
) STRICT;
INSERT INTO SearchProgress (Id, UpTo) SELECT 1, COALESCE(MAX(Id), 0) FROM Messages;

-- Whatever becomes of a message, the index follows in the same transaction: out with what it was,
-- in with what it is.
CREATE TRIGGER MessageLeavesSearch BEFORE UPDATE OF Subject, Body, IsDeleted, IsRecalled ON Messages
BEGIN
  INSERT INTO MessageSearch(MessageSearch, rowid, Subject, Body, Readers)
  SELECT 'delete', Id, Subject, Body, Readers FROM MessageSearchText
  WHERE Id = OLD.Id AND Id <= (SELECT UpTo FROM SearchProgress WHERE Id = 1);
END;
CREATE TRIGGER MessageComesBackToSearch AFTER UPDATE OF Subject, Body, IsDeleted, IsRecalled
ON Messages
BEGIN
  INSERT INTO MessageSearch(rowid, Subject, Body, Readers)
  SELECT Id, Subject, Body, Readers FROM MessageSearchText
  WHERE Id = NEW.Id AND Id <= (SELECT UpTo FROM SearchProgress WHERE Id = 1);
END;
CREATE TRIGGER RemovedMessageLeavesSearch BEFORE DELETE ON Messages
BEGIN
  INSERT INTO MessageSearch(MessageSearch, rowid, Subject, Body, Readers)
  SELECT 'delete', Id, Subject, Body, Readers FROM MessageSearchText
  WHERE Id = OLD.Id AND Id <= (SELECT UpTo FROM SearchProgress WHERE Id = 1);
END;
