// The ready views of schema_sql(). Each begins with the run, so `WHERE run = 3` reads that run's
// range of events only.
#include "traces/schema.hpp"

namespace stampede::traces {

const char* const views_sql = R"sql(
CREATE VIEW run_summary AS        -- one line per run
SELECT run.id AS run, scenario_name, seed, mode, verdict,
       (SELECT group_concat(property, ', ') FROM
          (SELECT property FROM violation WHERE violation.run = run.id ORDER BY ordinal)) AS violated,
       (SELECT min(step) FROM violation WHERE violation.run = run.id) AS first_violation_step,
       decisions, operations, virtual_time / 1e9 AS virtual_seconds,
       printf('%016x', digest) AS digest, recorded, event_count, engine_version, engine_commit, compiler, parent
FROM run;

CREATE VIEW failures AS           -- failures that are alike, most frequent first, and the shortest run of each
SELECT coalesce(nullif(fingerprint, ''), property) AS fingerprint, property,
       count(*) FILTER (WHERE parent IS NULL) AS runs, run.id AS shortest_run, seed,
       min(decisions) AS decisions, step, message
FROM violation JOIN run ON run.id = violation.run
GROUP BY coalesce(nullif(fingerprint, ''), property), property
ORDER BY runs DESC, fingerprint;

CREATE VIEW sweep_summary AS      -- one line per sweep
SELECT id AS sweep, scenario_name, first_seed, last_seed, seeds, verdict, failing, undecided,
       decisions, operations, engine_version, engine_commit, compiler
FROM sweep;

CREATE VIEW trace AS              -- events with their run and names instead of numbers
SELECT run.id AS run, event.id & 0xffffffffff AS sequence, event.step, event.time,
       event.time / 1e6 AS time_ms, event.kind,
       coalesce(node.name, event.node) AS node, coalesce(peer.name, event.peer) AS peer,
       event.type, event.nth, event.copy, event.detail, printf('%016x', event.digest) AS digest,
       event.cause, event.incarnation, printf('%016x', event.state) AS state
FROM run
JOIN event ON event.id BETWEEN (run.id << 40) AND (run.id << 40 | 0xffffffffff)
LEFT JOIN node ON node.run = run.id AND node.id = event.node
LEFT JOIN node AS peer ON peer.run = run.id AND peer.id = event.peer;

CREATE VIEW lost_messages AS      -- what never arrived, and why
SELECT run, step, time_ms, type, peer AS sender, node AS receiver, nth, copy,
       CASE kind WHEN 'corrupt' THEN 'corrupt' ELSE json_extract(detail, '$.cause') END AS cause
FROM trace WHERE kind IN ('drop', 'corrupt');

CREATE VIEW who_knew_what_when AS -- what each node showed of itself, whenever it changed
SELECT run, step, time_ms, node,
       json_extract(detail, '$.operational') AS operational,
       json_extract(detail, '$.leading') AS leading,
       json_extract(detail, '$.epoch') AS epoch,
       json_extract(detail, '$.log') AS log,
       json_extract(detail, '$.committed') AS committed,
       json_extract(detail, '$.executed') AS executed
FROM trace WHERE kind = 'observe';

CREATE VIEW views_and_primaries AS -- who led which epoch: rows where a node's epoch or role changed
SELECT run, step, time_ms, node, operational, leading, epoch FROM
  (SELECT *, lag(json_array(operational, leading, epoch)) OVER (PARTITION BY run, node ORDER BY step) AS before
   FROM who_knew_what_when)
WHERE before IS NOT json_array(operational, leading, epoch)
ORDER BY run, step;

CREATE VIEW unavailable_windows AS -- more than 100 ms between two responses that follow each other
SELECT run, from_ms, until_ms, until_ms - from_ms AS lasted_ms, from_step, until_step FROM
  (SELECT run, lag(time_ms) OVER by_run AS from_ms, time_ms AS until_ms,
          lag(step) OVER by_run AS from_step, step AS until_step,
          time - lag(time) OVER by_run AS gap
   FROM trace WHERE kind = 'respond' WINDOW by_run AS (PARTITION BY run ORDER BY sequence))
WHERE gap > 100000000;

CREATE VIEW operation_latency AS  -- each operation with its response; an open one has none
SELECT run, client, operation, request, result, invoked_step, responded_step,
       invoked_time / 1e6 AS invoked_ms, (responded_time - invoked_time) / 1e6 AS latency_ms
FROM
  (SELECT run, node AS client, json_extract(detail, '$.id') AS operation,
          max(json_extract(detail, '$.operation')) AS request,
          max(json_extract(detail, '$.result')) AS result,
          max(step) FILTER (WHERE kind = 'invoke') AS invoked_step,
          max(step) FILTER (WHERE kind = 'respond') AS responded_step,
          max(time) FILTER (WHERE kind = 'invoke') AS invoked_time,
          max(time) FILTER (WHERE kind = 'respond') AS responded_time
   FROM trace WHERE kind IN ('invoke', 'respond') GROUP BY run, node, json_extract(detail, '$.id'))
WHERE invoked_step IS NOT NULL
ORDER BY run, invoked_step;

CREATE VIEW message_counts AS     -- what became of the messages of each type
SELECT run, type, sum(kind = 'send') AS sent, sum(kind = 'deliver') AS delivered,
       sum(kind = 'ignore') AS ignored, sum(kind = 'drop') AS dropped,
       sum(kind = 'corrupt') AS corrupted, sum(kind = 'duplicate') AS duplicated
FROM trace WHERE kind IN ('send', 'deliver', 'ignore', 'drop', 'corrupt', 'duplicate')
GROUP BY run, type;

CREATE VIEW fault_history AS      -- what went wrong around the protocol, in order
SELECT run, step, time_ms, kind, node, type, detail
FROM trace
WHERE kind IN ('begin_fault', 'end_fault', 'crash', 'restart', 'pause', 'resume', 'clock', 'wipe');
)sql";

}  // namespace stampede::traces
