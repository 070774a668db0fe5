-- Sessions that a host application's token began. SignedInAt: when the person proved who they are,
-- where that was before the session began. Issuer: whose token; null where it was a password.
ALTER TABLE Sessions ADD COLUMN SignedInAt TEXT;
ALTER TABLE Sessions ADD COLUMN Issuer TEXT;

-- Tokens that were taken, by iss and jti, kept until nobody could take them again.
CREATE TABLE ExchangedTokens (
  Issuer TEXT NOT NULL,
  TokenId TEXT NOT NULL,
  ExpiresAt TEXT NOT NULL,
  PRIMARY KEY (Issuer, TokenId)
) STRICT, WITHOUT ROWID;
CREATE INDEX ExchangedTokensByExpiry ON ExchangedTokens(ExpiresAt);
