#include "checkers/consistency/happens_before.hpp"

#include <algorithm>
#include <map>

namespace stampede::checkers {

HappensBefore::HappensBefore(const Accesses& accesses, Patience& patience)
    : accesses_(accesses),
      patience_(&patience),
      next_(accesses.all.size()),
      writes_by_session_(accesses.writes.size()) {
  for (std::uint32_t number = 0; number < accesses.all.size(); ++number) {
    patience.spend(2);
    const Access& access = accesses.all[number];
    if (access.index > 0) add(accesses.sessions[access.session][access.index - 1], number);
    if (!access.is_write && access.source < accesses.all.size()) add(access.source, number);
  }
  for (std::uint32_t key = 0; key < accesses.writes.size(); ++key) {
    std::map<std::uint32_t, std::vector<std::uint32_t>> by_session;
    for (const std::uint32_t write : accesses.writes[key]) {
      patience.spend();
      by_session[accesses.all[write].session].push_back(write);
    }
    writes_by_session_[key].assign(by_session.begin(), by_session.end());
  }
}

std::uint64_t HappensBefore::memory_bytes() const {
  constexpr std::uint64_t bytes_per_access = 128;
  return accesses_.all.size() *
         (bytes_per_access + sizeof(std::uint32_t) * accesses_.sessions.size());
}

bool HappensBefore::order() {
  const std::size_t width = accesses_.sessions.size();
  past_.clear();
  past_.reserve(next_.size() * width);
  std::vector<std::uint32_t> missing(next_.size(), 0);
  for (const auto& later : next_) {
    patience_->spend(1 + width / 16 + later.size());
    past_.insert(past_.end(), width, 0);
    for (const std::uint32_t number : later) ++missing[number];
  }
  std::vector<std::uint32_t> ready;
  for (std::uint32_t number = 0; number < next_.size(); ++number) {
    if (missing[number] == 0) ready.push_back(number);
  }
  std::size_t done = 0;
  while (!ready.empty()) {
    const std::uint32_t number = ready.back();
    ready.pop_back();
    ++done;
    std::uint32_t* own = &past_[number * width];
    own[accesses_.all[number].session] = accesses_.all[number].index + 1;
    for (const std::uint32_t later : next_[number]) {
      patience_->spend(1 + width / 16);
      std::uint32_t* theirs = &past_[later * width];
      for (std::size_t session = 0; session < width; ++session) {
        theirs[session] = std::max(theirs[session], own[session]);
      }
      if (--missing[later] == 0) ready.push_back(later);
    }
  }
  return done == next_.size();
}

bool HappensBefore::add_needed() {
  bool added = false;
  for (std::uint32_t read = 0; read < next_.size(); ++read) {
    const Access& access = accesses_.all[read];
    if (access.is_write) continue;
    patience_->spend(4 * writes_by_session_[access.key].size());
    const bool initial = access.source == Access::initially;
    for_latest_writes(read, [&](std::uint32_t write) {
      if (write == access.source) return;
      // Of the initial value nothing comes before: a write before the read closes a cycle.
      const std::uint32_t target = initial ? read : access.source;
      if (!initial && is_before(write, target)) return;
      add(initial ? read : write, initial ? write : target);
      added = true;
    });
    for (const auto& [session, writes] : writes_by_session_[access.key]) {
      const auto first =
          std::partition_point(writes.begin(), writes.end(), [&](std::uint32_t write) {
            return !initial && (write == access.source || !is_before(access.source, write));
          });
      if (first == writes.end() || is_before(read, *first)) continue;
      add(read, *first);
      added = true;
    }
  }
  return added;
}

bool HappensBefore::saturate(std::uint32_t rounds_max) {
  for (std::uint32_t round = 0; round < rounds_max; ++round) {
    if (!order()) return false;
    if (!add_needed()) return true;
  }
  return order();
}

}  // namespace stampede::checkers
