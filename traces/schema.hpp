// The shape of a trace database as SQL text. docs/traces.md describes the same for people.
#pragma once

#include <cstdint>
#include <string>

namespace stampede::traces {

/// PRAGMA application_id: "Stmp".
inline constexpr std::int64_t application_id = 0x53746d70;
/// PRAGMA user_version. A change of tables or of what a column means makes a new one; views may be
/// added within one.
inline constexpr std::int64_t schema_version = 4;
/// What is still read, and brought up to date before something is added.
inline constexpr std::int64_t oldest_schema_version = 1;

/// event.id = run << event_run_shift | sequence, sequence from 1: the events of a run are one range
/// of the primary key.
inline constexpr int event_run_shift = 40;
/// The last number of a run that leaves room for its events.
inline constexpr std::int64_t run_max = (std::int64_t{1} << (63 - event_run_shift)) - 1;

/// Creates all tables and views, with SQL comments: `sqlite3 run.db .schema` is documentation.
std::string schema_sql();
/// Its parts; that of sweeps came with format 3.
extern const char* const tables_sql;
extern const char* const sweep_table_sql;
extern const char* const views_sql;
/// Each makes tables of its format those of the next one; the views have been dropped.
extern const char* const upgrade_1_sql;
extern const char* const upgrade_2_sql;
extern const char* const upgrade_3_sql;

}  // namespace stampede::traces
