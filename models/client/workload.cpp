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

std::uint64_t key_of(const Workload& workload, std::uint64_t seed, std::uint32_t client,
                     std::uint32_t number) {
  return engine::below(bits(seed, client, number, 1), workload.keys);
}

}  // namespace

std::optional<Operation> planned(const Workload& workload, std::uint64_t seed, std::uint32_t client,
                                 std::uint32_t clients, std::uint32_t number) {
  const std::uint64_t share =
      workload.operations / clients + (client < workload.operations % clients ? 1 : 0);
  if (number > share) return std::nullopt;
  std::uint64_t total = 0;
  for (const auto& [kind, weight] : workload.mix) total += weight;
  ASSERT(total > 0);
  std::uint64_t position = engine::below(bits(seed, client, number, 2), total);
  std::string_view chosen;
  for (const auto& [kind, weight] : workload.mix) {
    chosen = kind;
    if (position < weight) break;
    position -= weight;
  }
  engine::OperationTemplate request;
  const std::uint64_t key = key_of(workload, seed, client, number);
  request.key = "k" + std::to_string(key);
  request.unique_value = unique_value(client, number);
  if (workload.service->keys != nullptr) {
    const std::uint64_t more = engine::below(bits(seed, client, number, 5), 3);
    for (std::uint64_t at = 0; at < more; ++at) {
      request.more_keys.push_back(
          "k" + std::to_string(engine::below(bits(seed, client, number, 6 + at), workload.keys)));
    }
  }
  if (workload.service->uses_earlier_value(chosen)) {
    // A value that some client's earlier operation may have left under this key.
    const auto other =
        static_cast<std::uint32_t>(engine::below(bits(seed, client, number, 3), clients));
    const std::uint32_t back =
        1 + static_cast<std::uint32_t>(engine::below(bits(seed, client, number, 4), 3));
    if (number > back) {
      for (std::uint32_t at = number - back; at > 0 && at + 8 > number; --at) {
        if (key_of(workload, seed, other, at) != key) continue;
        request.earlier_value = unique_value(other, at);
        break;
      }
    }
  }
  return workload.service->generate(chosen, request);
}

}  // namespace stampede::models::client
