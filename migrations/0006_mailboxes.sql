-- Mailboxes: a person's place in one tenant. Every list of messages is a walk along an index that
-- begins with a mailbox (or, for what one has sent, with tenant and sender), newest first, so that a
-- page costs the same however many messages, people and tenants there are.

-- Made with the first message that the person sends or is sent.
CREATE TABLE Mailboxes (
  Id INTEGER PRIMARY KEY,
  TenantId TEXT NOT NULL REFERENCES Tenants(Id),
  Email TEXT NOT NULL REFERENCES Subscribers(Email),
  UNIQUE (Email, TenantId)
) STRICT;

INSERT INTO Mailboxes (TenantId, Email)
SELECT TenantId, SenderEmail FROM Messages
UNION
SELECT m.TenantId, r.RecipientEmail FROM MessageRecipients r JOIN Messages m ON m.Id = r.MessageId;

-- MessageRecipients anew, with MailboxId, which says person and tenant in one number, and with
-- what the partial indexes need of the message: HasAttachments as it is there, and IsGone, which is
-- Messages.IsDeleted. The triggers below keep the two.
CREATE TABLE RecipientsInMailboxes (
  Id INTEGER PRIMARY KEY AUTOINCREMENT,
  MessageId INTEGER NOT NULL REFERENCES Messages(Id) ON DELETE CASCADE,
  RecipientEmail TEXT NOT NULL REFERENCES Subscribers(Email),
  IsRead INTEGER NOT NULL DEFAULT 0,
  ReadAt TEXT,
  IsDeleted INTEGER NOT NULL DEFAULT 0,
  DeletedAt TEXT,
  IsArchived INTEGER NOT NULL DEFAULT 0,
  ArchivedAt TEXT,
  IsSaved INTEGER NOT NULL DEFAULT 0,
  SavedAt TEXT,
  IsReplied INTEGER NOT NULL DEFAULT 0,
  RepliedAt TEXT,
  IsForwarded INTEGER NOT NULL DEFAULT 0,
  ForwardedAt TEXT,
  Version INTEGER NOT NULL,
  ReadVersion INTEGER NOT NULL DEFAULT 0,
  MailboxId INTEGER NOT NULL REFERENCES Mailboxes(Id),
  HasAttachments INTEGER NOT NULL DEFAULT 0,
  IsGone INTEGER NOT NULL DEFAULT 0,
  UNIQUE (MessageId, RecipientEmail)
) STRICT;

INSERT INTO RecipientsInMailboxes
SELECT r.Id, r.MessageId, r.RecipientEmail, r.IsRead, r.ReadAt, r.IsDeleted, r.DeletedAt, r.IsArchived,
  r.ArchivedAt, r.IsSaved, r.SavedAt, r.IsReplied, r.RepliedAt, r.IsForwarded, r.ForwardedAt, r.Version,
  r.ReadVersion, b.Id, m.HasAttachments, m.IsDeleted
FROM MessageRecipients r
JOIN Messages m ON m.Id = r.MessageId
JOIN Mailboxes b ON b.Email = r.RecipientEmail AND b.TenantId = m.TenantId
ORDER BY r.Id;

DROP TABLE MessageRecipients;
ALTER TABLE RecipientsInMailboxes RENAME TO MessageRecipients;

-- A new message goes into two of these four.
CREATE INDEX MessageRecipientsInbox ON MessageRecipients(MailboxId, MessageId)
  WHERE IsArchived = 0 AND IsDeleted = 0 AND IsGone = 0;
CREATE INDEX MessageRecipientsUnread ON MessageRecipients(MailboxId, MessageId)
  WHERE IsRead = 0 AND IsDeleted = 0 AND IsGone = 0;
CREATE INDEX MessageRecipientsArchived ON MessageRecipients(MailboxId, MessageId)
  WHERE IsArchived = 1 AND IsDeleted = 0 AND IsGone = 0;
CREATE INDEX MessageRecipientsWithAttachments ON MessageRecipients(MailboxId, MessageId)
  WHERE HasAttachments = 1 AND IsDeleted = 0 AND IsGone = 0;

DROP INDEX MessagesBySender;
CREATE INDEX MessagesSent ON Messages(TenantId, SenderEmail, Id)
  WHERE IsArchived = 0 AND IsDeleted = 0 AND IsSenderDeleted = 0;
CREATE INDEX MessagesSentArchived ON Messages(TenantId, SenderEmail, Id)
  WHERE IsArchived = 1 AND IsDeleted = 0 AND IsSenderDeleted = 0;
CREATE INDEX MessagesSentWithAttachments ON Messages(TenantId, SenderEmail, Id)
  WHERE HasAttachments = 1 AND IsDeleted = 0 AND IsSenderDeleted = 0;

CREATE TRIGGER MessageIsGone AFTER UPDATE OF IsDeleted ON Messages
WHEN OLD.IsDeleted <> NEW.IsDeleted
BEGIN
  UPDATE MessageRecipients SET IsGone = NEW.IsDeleted
  WHERE MessageId = NEW.Id AND IsGone <> NEW.IsDeleted;
END;
CREATE TRIGGER MessageHasAttachments AFTER UPDATE OF HasAttachments ON Messages
WHEN OLD.HasAttachments <> NEW.HasAttachments
BEGIN
  UPDATE MessageRecipients SET HasAttachments = NEW.HasAttachments
  WHERE MessageId = NEW.Id AND HasAttachments <> NEW.HasAttachments;
END;
