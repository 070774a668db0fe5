-- The tables of the main job. Names and columns of the original stay; further columns are ours.
-- Times are TEXT, RFC 3339 UTC with milliseconds; booleans are INTEGER 0/1; addresses lower-case.

-- The life of this database file; compared with a side file to notice a file copied back.
CREATE TABLE DatabaseLife (
  Id INTEGER PRIMARY KEY CHECK (Id = 1),
  Nonce TEXT NOT NULL
) STRICT;

-- People and their authority ---------------------------------------------------------------

CREATE TABLE Tenants (
  Id TEXT PRIMARY KEY,
  Name TEXT NOT NULL,
  CreatedAt TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE Subscribers (
  Email TEXT PRIMARY KEY,
  Name TEXT NOT NULL,
  IsGlobalAdmin INTEGER NOT NULL DEFAULT 0,
  IsDisabled INTEGER NOT NULL DEFAULT 0,
  CreatedAt TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE Credentials (
  Email TEXT PRIMARY KEY REFERENCES Subscribers(Email) ON DELETE CASCADE,
  PasswordHash TEXT NOT NULL,
  UpdatedAt TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- JoinedSeq: an event for everyone is seen by members from this Seq on.
CREATE TABLE TenantUsers (
  TenantId TEXT NOT NULL REFERENCES Tenants(Id),
  Email TEXT NOT NULL REFERENCES Subscribers(Email),
  IsAdmin INTEGER NOT NULL DEFAULT 0,
  JoinedSeq INTEGER NOT NULL,
  CreatedAt TEXT NOT NULL,
  PRIMARY KEY (TenantId, Email)
) STRICT, WITHOUT ROWID;
CREATE INDEX TenantUsersByEmail ON TenantUsers(Email, TenantId);

CREATE TABLE Roles (
  Name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO Roles (Name)
VALUES ('author'), ('editor'), ('agent'), ('reviewer'), ('subscriber'), ('publisher'), ('user');

CREATE TABLE UserRoles (
  TenantId TEXT NOT NULL,
  Email TEXT NOT NULL,
  Role TEXT NOT NULL REFERENCES Roles(Name),
  PRIMARY KEY (TenantId, Email, Role),
  FOREIGN KEY (TenantId, Email) REFERENCES TenantUsers(TenantId, Email) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX UserRolesByRole ON UserRoles(TenantId, Role, Email);

-- TokenHash: SHA-256 of the opaque token, which is nowhere stored.
CREATE TABLE Sessions (
  Id INTEGER PRIMARY KEY AUTOINCREMENT,
  TokenHash TEXT NOT NULL UNIQUE,
  Email TEXT NOT NULL REFERENCES Subscribers(Email) ON DELETE CASCADE,
  CreatedAt TEXT NOT NULL,
  LastSeenAt TEXT NOT NULL,
  ExpiresAt TEXT NOT NULL
) STRICT;
CREATE INDEX SessionsByEmail ON Sessions(Email, Id);
CREATE INDEX SessionsByExpiry ON Sessions(ExpiresAt);

-- Failed logins of an account ("account:alice@…") or an address ("address:192.0.2.7") within
-- the window that began at WindowStart (milliseconds since the Unix epoch).
CREATE TABLE LoginFailures (
  Subject TEXT PRIMARY KEY,
  WindowStart INTEGER NOT NULL,
  Failures INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX LoginFailuresByWindow ON LoginFailures(WindowStart);

-- Messages ---------------------------------------------------------------------------------

-- Version: the tenant's Seq of the last change; CreatedSeq: of the first. ThreadId is the id of
-- the conversation's first message. IsArchived is the sender's own, IsDeleted is for all.
CREATE TABLE Messages (
  Id INTEGER PRIMARY KEY AUTOINCREMENT,
  Subject TEXT NOT NULL,
  Body TEXT NOT NULL,
  SenderEmail TEXT NOT NULL REFERENCES Subscribers(Email),
  TenantId TEXT NOT NULL REFERENCES Tenants(Id),
  MessageType TEXT NOT NULL CHECK (MessageType IN ('direct', 'broadcast', 'announcement')),
  Priority TEXT NOT NULL CHECK (Priority IN ('low', 'normal', 'high', 'urgent')),
  CreatedAt TEXT NOT NULL,
  ExpiresAt TEXT,
  IsDeleted INTEGER NOT NULL DEFAULT 0,
  IsRecalled INTEGER NOT NULL DEFAULT 0,
  RecalledAt TEXT,
  RecallReason TEXT,
  IsArchived INTEGER NOT NULL DEFAULT 0,
  ArchivedAt TEXT,
  DeletedAt TEXT,
  HasAttachments INTEGER NOT NULL DEFAULT 0,
  AttachmentCount INTEGER NOT NULL DEFAULT 0,
  LinkCount INTEGER NOT NULL DEFAULT 0,
  RecipientCount INTEGER NOT NULL DEFAULT 0,
  ThreadId INTEGER NOT NULL,
  InReplyTo INTEGER,
  EditedAt TEXT,
  Version INTEGER NOT NULL,
  CreatedSeq INTEGER NOT NULL
) STRICT;
CREATE INDEX MessagesBySender ON Messages(TenantId, SenderEmail, Id);
CREATE INDEX MessagesByTenant ON Messages(TenantId, Id);
CREATE INDEX MessagesByThread ON Messages(ThreadId, Id);

-- Version: Seq of the last change of this person's flags; a viewer's item version is the newest
-- of all they can see.
CREATE TABLE MessageRecipients (
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
  UNIQUE (MessageId, RecipientEmail)
) STRICT;
CREATE INDEX MessageRecipientsByPerson ON MessageRecipients(RecipientEmail, MessageId);
CREATE INDEX MessageRecipientsUnread ON MessageRecipients(RecipientEmail, MessageId)
  WHERE IsRead = 0 AND IsDeleted = 0;

CREATE TABLE MessageThreads (
  ParentMessageId INTEGER NOT NULL REFERENCES Messages(Id) ON DELETE CASCADE,
  ChildMessageId INTEGER NOT NULL REFERENCES Messages(Id) ON DELETE CASCADE,
  PRIMARY KEY (ParentMessageId, ChildMessageId)
) STRICT, WITHOUT ROWID;

CREATE TABLE MessageLinks (
  Id INTEGER PRIMARY KEY AUTOINCREMENT,
  MessageId INTEGER NOT NULL REFERENCES Messages(Id) ON DELETE CASCADE,
  Url TEXT NOT NULL,
  Title TEXT,
  Description TEXT,
  ThumbnailUrl TEXT,
  Domain TEXT NOT NULL,
  CreatedAt TEXT NOT NULL
) STRICT;
CREATE INDEX MessageLinksByMessage ON MessageLinks(MessageId, Id);

-- Unread: not read, whenever it came. Unseen: those of them that came after SeenSeq, the place
-- up to which the person has opened the messaging page. Version: Seq of the last change.
CREATE TABLE UnreadCounters (
  TenantId TEXT NOT NULL REFERENCES Tenants(Id),
  Email TEXT NOT NULL REFERENCES Subscribers(Email),
  Unread INTEGER NOT NULL DEFAULT 0,
  Unseen INTEGER NOT NULL DEFAULT 0,
  SeenSeq INTEGER NOT NULL DEFAULT 0,
  Version INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (TenantId, Email)
) STRICT, WITHOUT ROWID;

-- The event log ----------------------------------------------------------------------------

-- One row per tenant, never deleted: a change takes Head + 1 as its Seq in its own transaction.
CREATE TABLE EventHeads (
  TenantId TEXT PRIMARY KEY REFERENCES Tenants(Id),
  Epoch TEXT NOT NULL,
  Head INTEGER NOT NULL DEFAULT 0,
  Floor INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Audience: '*' for everyone, else a JSON array of [email] or [email, unread, unseen].
CREATE TABLE Events (
  TenantId TEXT NOT NULL REFERENCES EventHeads(TenantId),
  Seq INTEGER NOT NULL,
  Type TEXT NOT NULL,
  MessageId INTEGER NOT NULL,
  Audience TEXT NOT NULL,
  Payload TEXT NOT NULL,
  CreatedAt TEXT NOT NULL,
  PRIMARY KEY (TenantId, Seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX EventsByMessage ON Events(TenantId, MessageId, Seq) WHERE MessageId > 0;

-- What ends streams. Subject: the session's id, or an address.
CREATE TABLE Revocations (
  Id INTEGER PRIMARY KEY AUTOINCREMENT,
  Kind TEXT NOT NULL CHECK (Kind IN ('session', 'user', 'member')),
  Subject TEXT NOT NULL,
  TenantId TEXT,
  CreatedAt TEXT NOT NULL
) STRICT;

-- Answers to repeat. BodyHash: SHA-256 of the request's raw body.
CREATE TABLE IdempotencyKeys (
  Email TEXT NOT NULL,
  Route TEXT NOT NULL,
  IdempotencyKey TEXT NOT NULL,
  BodyHash TEXT NOT NULL,
  Status INTEGER NOT NULL,
  Location TEXT NOT NULL,
  Body TEXT NOT NULL,
  CreatedAt TEXT NOT NULL,
  PRIMARY KEY (Email, Route, IdempotencyKey)
) STRICT, WITHOUT ROWID;
CREATE INDEX IdempotencyKeysByAge ON IdempotencyKeys(CreatedAt);

-- Import: a second run of the same file adds nothing.
CREATE TABLE ImportedIds (
  TenantId TEXT NOT NULL REFERENCES Tenants(Id),
  ExternalId TEXT NOT NULL,
  MessageId INTEGER NOT NULL REFERENCES Messages(Id) ON DELETE CASCADE,
  PRIMARY KEY (TenantId, ExternalId)
) STRICT, WITHOUT ROWID;
CREATE INDEX ImportedIdsByMessage ON ImportedIds(MessageId);
