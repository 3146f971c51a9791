// Histories of reads and writes whose values are all different, so that which write a read saw is
// known: what the weak models judge.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkers/patience.hpp"
#include "engine/world/history.hpp"

namespace stampede::checkers {

/// A read or a write; accesses are numbered in the order of their invocations.
struct Access {
  static constexpr std::uint32_t none = UINT32_MAX;
  /// The write that nobody did: of the initial value.
  static constexpr std::uint32_t initially = UINT32_MAX - 1;

  std::size_t position = 0;
  std::uint32_t key = 0;
  std::uint32_t session = 0;
  /// From 0, inside the session.
  std::uint32_t index = 0;
  bool is_write = false;
  /// Read: the write that it saw, or `initially`; none if nobody wrote the value.
  std::uint32_t source = none;
};

struct Accesses {
  std::vector<Access> all;
  std::vector<std::vector<std::uint32_t>> sessions;
  std::vector<std::vector<std::uint32_t>> writes;  // by key
  std::vector<std::string> keys;
  /// Why the history is none of these; empty if it is.
  std::string refusal;
};

/// Open reads are left out.
Accesses collect_accesses(const engine::History& history, const engine::ServiceType& type,
                          Patience& patience);

}  // namespace stampede::checkers
