// What `stampede check` says about a judged history: as text, as JSON, as a page.
#pragma once

#include <iosfwd>
#include <string>

#include "checkers/finding.hpp"
#include "checkers/limits.hpp"
#include "histories/import/import.hpp"

namespace stampede::cli {

/// A history, and what its judge says.
struct Checked {
  histories::ImportedHistory history;
  /// False where a cap ended the reading.
  bool was_read = false;
  /// The judge's name: what the history has to be.
  std::string consistency;
  checkers::Finding finding;
};

/// Where `limits.stop` ended the check, what else could be measured is left out.
void print_check_json(const Checked& checked, const checkers::Limits& limits, int status,
                      double seconds);
void print_check_text(const Checked& checked, const checkers::Limits& limits, double seconds);
void write_check_page(std::ostream& out, const Checked& checked, const std::string& title);

}  // namespace stampede::cli
