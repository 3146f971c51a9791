#include "traces/schema.hpp"

namespace stampede::traces {

const char* const tables_sql = R"sql(
CREATE TABLE run (                -- one row per finished run: enough to do it again
  id INTEGER PRIMARY KEY,         -- ascending in the order of writing
  scenario_name TEXT NOT NULL,
  scenario_file TEXT NOT NULL,    -- where the text was read from; not needed any more
  scenario_text TEXT NOT NULL,    -- the whole YAML file
  overrides TEXT NOT NULL,        -- JSON list of PATH=VALUE texts of the command line
  seed INTEGER NOT NULL,          -- 64 bits; from 2^63 on it shows as negative
  mode TEXT NOT NULL,             -- timed, script
  engine_version TEXT NOT NULL,
  verdict TEXT NOT NULL,          -- ok, violated, undecided, vacuous
  decisions INTEGER NOT NULL,
  operations INTEGER NOT NULL,
  virtual_time INTEGER NOT NULL,  -- nanoseconds
  digest INTEGER NOT NULL,        -- 64 bits; printf('%016x', digest)
  block_digests BLOB NOT NULL,    -- 8 bytes, little-endian, per 1,024 decisions
  schedule TEXT NOT NULL,         -- the complete schedule, or empty
  edits TEXT NOT NULL,            -- what is suppressed and forced, or empty
  stop_on_first INTEGER NOT NULL DEFAULT 0, -- 1: it ended at its first violation
  recorded TEXT NOT NULL,         -- none, schedule, events
  event_count INTEGER NOT NULL,   -- rows of this run in event
  engine_commit TEXT NOT NULL DEFAULT 'unknown', -- of the sources; + where they had been changed
  compiler TEXT NOT NULL DEFAULT 'unknown',
  parent INTEGER                  -- the run that this one was made from; NULL = none
);
CREATE INDEX run_by_seed ON run (seed);

CREATE TABLE node (               -- who took part
  run INTEGER NOT NULL REFERENCES run (id),
  id INTEGER NOT NULL,            -- as in event.node and event.peer
  name TEXT NOT NULL,             -- r0, c0, ...
  role TEXT NOT NULL,             -- replica, client, ...
  PRIMARY KEY (run, id)
) WITHOUT ROWID;

CREATE TABLE violation (          -- the first violation of each property
  run INTEGER NOT NULL REFERENCES run (id),
  ordinal INTEGER NOT NULL,       -- from 1, in the order in which they were found
  property TEXT NOT NULL,
  step INTEGER NOT NULL,          -- decision number from 1; 0 = at the end of the run
  script_step INTEGER NOT NULL,   -- position in the script from 1; 0 = no script
  message TEXT NOT NULL,
  nodes TEXT NOT NULL,            -- names of the nodes concerned
  fingerprint TEXT NOT NULL DEFAULT '', -- what failures of one cause have in common; empty = not taken
  PRIMARY KEY (run, ordinal)
) WITHOUT ROWID;

CREATE TABLE event (              -- what was seen of each decision; better read through the view trace
  id INTEGER PRIMARY KEY,         -- run << 40 | sequence, sequence from 1
  step INTEGER NOT NULL,          -- number of the decision, never descending within a run
  time INTEGER NOT NULL,          -- virtual nanoseconds
  kind TEXT NOT NULL,             -- deliver, drop, send, observe, ...
  node INTEGER,                   -- where it happened; NULL = nowhere in particular
  peer INTEGER,                   -- the other end of a message: sender of a delivery or a drop, receiver of a send
  type TEXT,                      -- of the message, timer, fault, probe or property
  nth INTEGER,                    -- ordinal of the message on its link, of the timer at its node; NULL = none
  copy INTEGER,                   -- NULL = the original, n = the n-th duplicate
  detail TEXT,                    -- compact JSON
  digest INTEGER,                 -- of the decision; NULL for effects
  cause INTEGER,                  -- step of the decision that it comes from; NULL = none
  incarnation INTEGER,            -- starts of the node so far; NULL for effects
  state INTEGER                   -- hash of the node's process behind the decision; NULL where it has none
);
)sql";

const char* const sweep_table_sql = R"sql(
CREATE TABLE sweep (              -- one row per sweep: what was covered, also where nothing failed
  id INTEGER PRIMARY KEY,         -- ascending in the order of writing
  scenario_name TEXT NOT NULL,
  scenario_file TEXT NOT NULL,
  scenario_text TEXT NOT NULL,    -- the whole YAML file
  overrides TEXT NOT NULL,        -- JSON list of PATH=VALUE texts of the command line
  first_seed INTEGER NOT NULL,    -- what was asked for
  last_seed INTEGER NOT NULL,
  seeds INTEGER NOT NULL,         -- how many were run, from first_seed on
  verdict TEXT NOT NULL,          -- ok, violated, undecided
  failing INTEGER NOT NULL,       -- seeds
  undecided INTEGER NOT NULL,     -- seeds
  decisions INTEGER NOT NULL,
  operations INTEGER NOT NULL,
  summary TEXT NOT NULL,          -- JSON: what stampede sweep --summary writes
  engine_version TEXT NOT NULL,
  engine_commit TEXT NOT NULL,
  compiler TEXT NOT NULL
);
)sql";

const char* const upgrade_1_sql = R"sql(
ALTER TABLE run ADD COLUMN stop_on_first INTEGER NOT NULL DEFAULT 0;
UPDATE run SET stop_on_first = 1, edits = '' WHERE edits = 'stop_on_first: true';
UPDATE event SET kind = 'wipe', type = NULL WHERE kind = 'crash' AND type = 'wipe';
)sql";

const char* const upgrade_2_sql = R"sql(
ALTER TABLE run ADD COLUMN engine_commit TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE run ADD COLUMN compiler TEXT NOT NULL DEFAULT 'unknown';
)sql";

const char* const upgrade_3_sql = R"sql(
ALTER TABLE run ADD COLUMN parent INTEGER;
ALTER TABLE violation ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';
ALTER TABLE event ADD COLUMN cause INTEGER;
ALTER TABLE event ADD COLUMN incarnation INTEGER;
ALTER TABLE event ADD COLUMN state INTEGER;
)sql";

std::string schema_sql() { return std::string(tables_sql) + sweep_table_sql + views_sql; }

}  // namespace stampede::traces
