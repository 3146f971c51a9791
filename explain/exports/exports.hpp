// Runs in the formats of other tools. docs/exports.md says what each is for.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "explain/exports/told.hpp"

namespace stampede::explain {

struct ExportFormat {
  std::string_view name;
  /// What reads it, and what it shows, in a few words.
  std::string_view about;
  /// It shows the states of nodes.
  bool states;
  void (*write)(const Exported& run, std::ostream& out);
};

/// All formats, by name.
const std::vector<ExportFormat>& export_formats();

/// Writes the whole run. InputError where the format has no words for what the run holds.
void export_run(Tape& tape, const ExportFormat& format, std::ostream& out);

}  // namespace stampede::explain
