#include "models/chain/partitions/options.hpp"

#include <charconv>
#include <optional>
#include <sstream>
#include <utility>

namespace stampede::models::chain::partitions {
namespace {

constexpr const char* table_form = "write the ranges of each chain: '0-2 | 3' for two chains";

/// `2` or `0-2`, both ends included.
std::pair<RangeNumber, RangeNumber> read_span(const std::string& text, std::uint32_t ranges) {
  RangeNumber first = 0;
  const char* const end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, first);
  RangeNumber last = first;
  if (read.ec == std::errc{} && read.ptr != end && *read.ptr == '-')
    read = std::from_chars(read.ptr + 1, end, last);
  if (read.ec != std::errc{} || read.ptr != end || last < first)
    throw engine::InputError("'" + text + "' is no range", table_form);
  if (last >= ranges)
    throw engine::InputError("there is no range " + std::to_string(last),
                             "there are " + std::to_string(ranges) + ", from 0 on: 'ranges'");
  return {first, last};
}

std::vector<std::string> parts_of(const std::string& table) {
  std::vector<std::string> parts(1);
  for (const char letter : table) {
    if (letter == '|') {
      parts.emplace_back();
    } else {
      parts.back() += letter;
    }
  }
  return parts;
}

std::vector<ChainNumber> read_owners(const Options& options) {
  const std::vector<std::string> parts = parts_of(options.table);
  if (parts.size() != options.chains)
    throw engine::InputError("the table is of " + std::to_string(parts.size()) + " chains, not " +
                                 std::to_string(options.chains),
                             table_form);
  std::vector<std::optional<ChainNumber>> owners(options.ranges);
  for (ChainNumber chain = 0; chain < options.chains; ++chain) {
    std::istringstream spans(parts[chain]);
    for (std::string span; spans >> span;) {
      const auto [first, last] = read_span(span, options.ranges);
      for (RangeNumber range = first; range <= last; ++range) {
        if (owners[range])
          throw engine::InputError("range " + std::to_string(range) + " is of chain " +
                                       std::to_string(*owners[range]) + " and of chain " +
                                       std::to_string(chain),
                                   "ranges do not overlap: each has one chain");
        owners[range] = chain;
      }
    }
  }
  std::vector<ChainNumber> all;
  for (const std::optional<ChainNumber>& owner : owners) {
    if (!owner)
      throw engine::InputError("range " + std::to_string(all.size()) + " is of no chain",
                               "each range has one chain");
    all.push_back(*owner);
  }
  return all;
}

}  // namespace

Table first_table(const Options& options) {
  if (!options.table.empty()) return {1, read_owners(options)};
  Table table{1, {}};
  for (RangeNumber range = 0; range < options.ranges; ++range)
    table.owners.push_back(range % options.chains);
  return table;
}

}  // namespace stampede::models::chain::partitions
