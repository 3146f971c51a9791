// Options whose values are numbers: what does not fit is refused, never wrapped, cut off or taken
// for the largest one that does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/time.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace stampede::cli {

/// What a number may be, both ends included.
struct Bounds {
  std::uint64_t low = 0;
  std::uint64_t high = UINT64_MAX;
};

/// Decimal digits and nothing else.
CLI::Option* add_number(CLI::App& command, const std::string& name,
                        std::optional<std::uint64_t>& value, const std::string& about,
                        Bounds bounds = {});
CLI::Option* add_number(CLI::App& command, const std::string& name, std::uint64_t& value,
                        const std::string& about, Bounds bounds = {});
/// Bytes: `1GiB`, `512MiB`, `4096`. As everywhere where memory is meant, `GB` and `G` are 2^30,
/// too.
CLI::Option* add_memory(CLI::App& command, const std::string& name,
                        std::optional<std::uint64_t>& bytes, const std::string& about);
/// Not negative: `60s`, `1.5s`, `20ms`.
CLI::Option* add_duration(CLI::App& command, const std::string& name,
                          std::optional<engine::Duration>& value, const std::string& about);

/// Given any number of times, each time one text.
CLI::Option* add_repeated(CLI::App& command, const std::string& name,
                          std::vector<std::string>& texts, const std::string& about);

/// Every option of `command` refuses the empty text, but for the values of keys and registers,
/// which may be empty.
void refuse_empty_values(CLI::App& command);

}  // namespace stampede::cli
