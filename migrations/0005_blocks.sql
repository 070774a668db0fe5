-- Who does not take messages from whom. Scope 'me': the blocker takes none from the blocked; 'tenant':
-- an admin of the tenant has barred the blocked from writing there to anybody.
CREATE TABLE UserBlocks (
  Id INTEGER PRIMARY KEY AUTOINCREMENT,
  TenantId TEXT NOT NULL REFERENCES Tenants(Id),
  BlockerEmail TEXT NOT NULL REFERENCES Subscribers(Email),
  BlockedEmail TEXT NOT NULL REFERENCES Subscribers(Email),
  Scope TEXT NOT NULL CHECK (Scope IN ('me', 'tenant')),
  Reason TEXT NOT NULL,
  CreatedAt TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX UserBlocksOfPerson ON UserBlocks(TenantId, BlockerEmail, BlockedEmail)
  WHERE Scope = 'me';
CREATE UNIQUE INDEX UserBlocksOfTenant ON UserBlocks(TenantId, BlockedEmail)
  WHERE Scope = 'tenant';
CREATE INDEX UserBlocksByPerson ON UserBlocks(TenantId, BlockerEmail, Id) WHERE Scope = 'me';
CREATE INDEX UserBlocksByTenant ON UserBlocks(TenantId, Id) WHERE Scope = 'tenant';
