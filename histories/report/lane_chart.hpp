// A picture of a few operations in text: one line each, from invocation to response, so that what
// overlaps what is seen at a glance.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/world/history.hpp"

namespace stampede::histories {

/// One line: who, from which event to which (none: it never ends), what.
struct Lane {
  std::string name;
  std::uint64_t from = 0;
  std::optional<std::uint64_t> to;
  std::string text;
};

/// At most 40 lines, and how many more there are. Ends each line with a newline.
///
///     c0  |=====|             {"put":["x","1"]} -> {"ok":true}   [0, 3]
///     c1     |=========>      {"put":["x","2"]}                  [1, ...]
std::string lane_chart(const std::vector<Lane>& lanes);

/// Operations `positions` of the history, those in `open` drawn without their responses; `clients`
/// names them by ClientId (numbers where it is too short).
std::string lane_chart(const engine::History& history, const std::vector<std::size_t>& positions,
                       const std::vector<std::size_t>& open,
                       const std::vector<std::string>& clients);

}  // namespace stampede::histories
