-- The least that racefill needs for a run: it reads, inserts and updates its
-- nine tables and its own ledger. It never deletes, and makes nothing:
-- `racefill migrate` is for the owner of the tables, once, before this file.
--
--   psql -d DATABASE -f conf/postgres-role.sql            the role is "racefill"
--   psql -d DATABASE -v role=NAME -f conf/postgres-role.sql
--
-- Then give it a password: \password racefill. Run it again after an upgrade.

\set ON_ERROR_STOP on
\if :{?role}
\else
  \set role racefill
\endif
\if :{?schema}
\else
  \set schema public
\endif

BEGIN;

SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec

SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'role') \gexec

GRANT USAGE ON SCHEMA :"schema" TO :"role";

SET LOCAL search_path TO :"schema";

GRANT SELECT, INSERT, UPDATE ON
  ra_courses, ra_jockeys, ra_trainers, ra_owners, ra_horses, ra_horse_pedigree,
  ra_mst_races, ra_mst_runners, ra_bookmakers,
  racefill_days, racefill_horses, racefill_runs, racefill_lease,
  racefill_quarantine, racefill_attempts, racefill_sizes
TO :"role";

GRANT SELECT ON racefill_meta TO :"role";

COMMIT;
