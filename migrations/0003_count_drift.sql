-- A person's counters in all their tenants, for the recount (messaging/count_drift.h). Written when
-- a counter is first kept; changes of the counts do not touch it.
CREATE INDEX UnreadCountersByPerson ON UnreadCounters(Email, TenantId);
