-- Which process a replica is, in terms that only its own machine can judge: a process that starts there sees at once that an
-- earlier one is dead, and need not wait until its leases are over. Null where the machine cannot tell.

alter table replicas add column process text;
