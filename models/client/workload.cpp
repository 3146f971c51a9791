#include "models/client/workload.hpp"

#include <array>
#include <charconv>

#include "engine/core/random.hpp"

namespace stampede::models::client {
namespace {

/// Unique over the run: who and when.
std::string unique_value(std::uint32_t client, std::uint32_t number) {
  std::array<char, 24> text{};
  const auto* const middle = std::to_chars(text.data(), text.data() + 10, client).ptr;
  const auto length = static_cast<std::size_t>(middle - text.data());
  ASSERT(length < 12);
  text[length] = '.';
  return {text.data(),
          std::to_chars(text.data() + length + 1, text.data() + text.size(), number).ptr};
}

std::uint64_t bits(std::uint64_t seed, std::uint32_t client, std::uint32_t number,
                   std::uint64_t what) {
  const std::uint64_t name = (static_cast<std::uint64_t>(client) << 32) | number;
  return engine::draw(seed, engine::Domain::workload, engine::mix(name, what));
}

/// Where a client is in the run.
struct Position {
  const Workload& workload;
  std::uint64_t seed = 0;
  std::uint32_t client = 0;
  std::uint32_t clients = 0;
  std::uint32_t number = 0;

  [[nodiscard]] std::uint64_t draw(std::uint64_t what) const {
    return bits(seed, client, number, what);
  }
  /// nullptr behind the last one.
  [[nodiscard]] const Phase* phase() const {
    std::uint64_t last = 0;
    for (const Phase& phase : workload.phases) {
      last += phase.operations / clients + (client < phase.operations % clients ? 1 : 0);
      if (number <= last) return &phase;
    }
    return nullptr;
  }
};

std::uint32_t key_of(const Phase& phase, const Position& at) { return phase.keys.draw(at.draw(1)); }

std::string key_text(std::uint32_t key) {
  std::array<char, 11> text{'k'};
  return {text.data(), std::to_chars(text.data() + 1, text.data() + text.size(), key).ptr};
}

std::string_view kind_of(const Phase& phase, const Position& at) {
  std::optional<bool> reads;
  if (phase.reads) reads = engine::happens(at.draw(8), *phase.reads);
  const auto is_wanted = [&](const Kind& kind) { return !reads || *reads == kind.reads; };
  std::uint64_t total = 0;
  for (const Kind& kind : phase.mix) total += is_wanted(kind) ? kind.weight : 0;
  ASSERT(total > 0);
  std::uint64_t place = engine::below(at.draw(2), total);
  for (const Kind& kind : phase.mix) {
    if (!is_wanted(kind)) continue;
    if (place < kind.weight) return kind.name;
    place -= kind.weight;
  }
  return {};
}

/// A value that some client's earlier operation may have left under this key; empty if it finds
/// none.
std::string earlier_value(const Position& at, std::uint32_t key) {
  const auto other = static_cast<std::uint32_t>(engine::below(at.draw(3), at.clients));
  const std::uint32_t back = 1 + static_cast<std::uint32_t>(engine::below(at.draw(4), 3));
  if (at.number <= back) return {};
  Position before{at.workload, at.seed, other, at.clients, at.number - back};
  for (; before.number > 0 && before.number + 8 > at.number; --before.number) {
    const Phase* phase = before.phase();
    if (phase != nullptr && key_of(*phase, before) == key)
      return unique_value(other, before.number);
  }
  return {};
}

}  // namespace

std::uint64_t Workload::operations() const {
  std::uint64_t all = 0;
  for (const Phase& phase : phases) all += phase.operations;
  return all;
}

std::optional<Operation> planned(const Workload& workload, std::uint64_t seed, std::uint32_t client,
                                 std::uint32_t clients, std::uint32_t number) {
  const Position at{workload, seed, client, clients, number};
  const Phase* phase = at.phase();
  if (phase == nullptr) return std::nullopt;
  const std::string_view kind = kind_of(*phase, at);
  const std::uint32_t key = key_of(*phase, at);
  engine::OperationTemplate request{key_text(key), unique_value(client, number), {}};
  if (workload.service->keys != nullptr) {
    const std::uint64_t more = engine::below(at.draw(5), 3);
    for (std::uint64_t extra = 0; extra < more; ++extra)
      request.more_keys.push_back(key_text(phase->keys.draw(at.draw(6 + extra))));
  }
  if (workload.service->uses_earlier_value(kind)) request.earlier_value = earlier_value(at, key);
  return workload.service->generate(kind, request);
}

}  // namespace stampede::models::client
