// What stands around the script of a shrunk run: the sections of its scenario.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/reading/scenario.hpp"

namespace stampede::explain {

/// What a shrunk run of the file is called: `swarm-shrunk.yaml`.
std::string shrunk_path(const std::string& path);

class Frame {
 public:
  /// Of the run of this file under this seed; it judges `property` alone.
  Frame(const scenarios::ScenarioFile& file, const scenarios::Scenario& scenario,
        const std::string& property);

  scenarios::Saves saves{};
  /// Clocks are off as the seed had them; otherwise they all tell the right time.
  bool clocks = false;
  std::uint32_t replicas = 0;
  std::uint32_t clients = 0;
  /// Under whose draws the run fails.
  std::uint64_t seed = 0;

  /// Whether the file says how its clocks are off.
  [[nodiscard]] bool has_clocks() const { return clocks_.is_mapping(); }
  /// All but the script and what comes of it.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> sections() const;
  /// The scenario without its script. InputError if there is none with so many nodes.
  [[nodiscard]] scenarios::Scenario scenario() const;

 private:
  engine::Document cluster_;
  engine::Document clocks_;
  std::string property_;
  std::string check_;
  models::ModelList models_;
};

}  // namespace stampede::explain
