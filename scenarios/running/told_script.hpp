// A schedule written down as a script: named as a person would name its decisions, with what each
// changed, and the scenario file around it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/running/script_text.hpp"

namespace stampede::scenarios {

/// A schedule as `script:` items.
struct ToldScript {
  /// One line of YAML each, or several with what stands beside the action below it.
  std::vector<std::string> items;
  /// What each of them changed at its node; may be empty.
  std::vector<std::string> changes;
};

/// Makes decisions on a world and writes them down.
class ScriptTeller {
 public:
  /// `world` must outlive it.
  explicit ScriptTeller(engine::World& world) : world_(world) {}
  /// AssertionFailed if the decision is not enabled.
  void perform(const engine::Decision& decision);
  /// So far.
  [[nodiscard]] const ToldScript& told() const { return told_; }

 private:
  engine::World& world_;
  ScriptItems items_;
  ToldScript told_;
};

/// A scenario file with a script that ends in a violation.
struct ScriptFile {
  /// Where it comes from, for its first line.
  std::string origin;
  std::string about;
  /// Sections before the script, as text.
  std::vector<std::pair<std::string, std::string>> sections;
  ToldScript script;
  /// The property that is violated.
  std::string violation;
};
std::string to_yaml(const ScriptFile& file);

}  // namespace stampede::scenarios
