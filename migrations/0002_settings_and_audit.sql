-- Settings: what an admin changed while the workers run. Key is a settable row of the configuration
-- table ("limits.recall"), Value its text ("3600 s").

CREATE TABLE SystemSettings (
  Key TEXT PRIMARY KEY,
  Value TEXT NOT NULL,
  UpdatedAt TEXT NOT NULL,
  UpdatedBy TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE TenantSettings (
  TenantId TEXT NOT NULL REFERENCES Tenants(Id),
  Key TEXT NOT NULL,
  Value TEXT NOT NULL,
  UpdatedAt TEXT NOT NULL,
  UpdatedBy TEXT NOT NULL,
  PRIMARY KEY (TenantId, Key)
) STRICT, WITHOUT ROWID;

-- Who did what with an admin's authority. Hash: SHA-256 over the row and the hash before it, so
-- that a row that was changed, removed or put in between is noticed (auth/audit.h). TenantId and
-- Subject are empty where the act has none; Detail is a JSON object.
CREATE TABLE AuditLog (
  Id INTEGER PRIMARY KEY AUTOINCREMENT,
  CreatedAt TEXT NOT NULL,
  Actor TEXT NOT NULL,
  Act TEXT NOT NULL,
  TenantId TEXT NOT NULL,
  Subject TEXT NOT NULL,
  Detail TEXT NOT NULL,
  Hash TEXT NOT NULL
) STRICT;
CREATE INDEX AuditLogByTenant ON AuditLog(TenantId, Id);
CREATE INDEX AuditLogByActor ON AuditLog(Actor, Id);

CREATE TRIGGER AuditLogIsNotChanged BEFORE UPDATE ON AuditLog
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER AuditLogIsNotRemoved BEFORE DELETE ON AuditLog
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
