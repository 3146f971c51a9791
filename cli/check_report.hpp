// What `stampede check` says about a judged history: as text, as JSON, as a page.
#pragma once

#include <string>
#include <vector>

#include "checkers/linearizability/linearizability.hpp"
#include "checkers/transactions/transactions.hpp"
#include "histories/import/import.hpp"

namespace stampede::cli {

/// What there is to say, whatever the model of consistency.
struct CheckFinding {
  std::string consistency = "linearizable";
  checkers::LinearizabilityResult result;
  /// Those that the level forbids come first.
  std::vector<checkers::Anomaly> anomalies;
  /// ok of a level of snapshots: when transactions began and committed. Else the witness of the
  /// result is an order of them.
  std::vector<checkers::Moment> schedule;
  /// k-atomic: the smallest one.
  std::uint64_t k = 0;
};

int check_status(checkers::Judgement verdict);

/// Where `limits.stop` ended the check, what else could be measured is left out.
void print_check_json(const histories::ImportedHistory& imported, const CheckFinding& finding,
                      const checkers::LinearizabilityLimits& limits, double seconds);
void print_check_text(const histories::ImportedHistory& imported, const CheckFinding& finding,
                      const checkers::LinearizabilityLimits& limits, double seconds);
/// InputError if the file cannot be written.
void write_check_page(const std::string& path, const histories::ImportedHistory& imported,
                      const CheckFinding& finding, const std::string& title);

}  // namespace stampede::cli
